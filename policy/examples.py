"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

RECORD: dict[str, Any] = {
    "id": "det_01m8b6jym3ecdreaxy49e0k189", "programme": "evaluation.carriers", "act": "evaluate",
    "outcome": "eligible", "accepted_on": "2026-11-02", "policy_version": 2,
    "policy_hash": "7e0fae0fbaac6fef3e117d09c13a8e985e1a29edbc697893c4c910c4522a8271",
    "sha256": "c09efd9122966c5301b6af68e57ed6520c3cad724d1e1e8166d08f3e30620bda",
    "document": {
        "id": "01a21669-7a83-731b-872b-be225c098509", "city_code": "320300", "pack_id": "xuzhou",
        "snapshot": {"version": 2, "hash": "7e0fae0fbaac6fef3e117d09c13a8e985e1a29edbc697893c4c910c4522a8271"},
        "engine_version": "3", "programme": "evaluation.carriers", "rule_kind": "carrier_evaluation",
        "act": "evaluate", "accepted": {"on": "2026-11-02", "at": "2026-11-02T02:00:00+00:00"},
        "references": {"carrier": "01a21669-1f73-75b6-80d4-c1c5b09cbf8b"},
        "inputs": {"participated": True, "verified_values": {"tenants": 26}},
        "inputs_sha256": "076048db2122bf3cf31e7adfeea0c35d48c656637c1168027490acca46bd2d58", "outcome": "eligible",
        "findings": [],
        "trace": [
            {
                "step": "parameter", "name": "evaluation.indicators", "value": {"zh": "载体评价指标(试行)"},
                "clauses": ["XZ-38"], "version": 1, "source": "operator", "effective_on": "2026-01-02",
            },
        ],
        "amounts": {}, "terms": {"grade": "excellent", "passed": True, "score_bp": 10000},
    },
}  # fmt: skip
_SAME = ("id", "sha256", "policy_version", "policy_hash", "document")
REPLAY: dict[str, Any] = {
    **{name: RECORD[name] for name in _SAME}, "against": "recorded", "is_same": True, "differences": [],
}  # fmt: skip
