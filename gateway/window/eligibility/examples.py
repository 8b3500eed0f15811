"""What a scan looks like, for the documentation."""

from typing import Any

SCAN_IN: dict[str, Any] = {
    "organisation_id": "org_01k30dwg0070008000000000a1",
    "carrier_id": None,
    "facts": {"mentors": 6, "head": "rent", "cost_fen": 12_000_000},
}
REASON: dict[str, Any] = {
    "code": "criterion_not_met",
    "clauses": ["XZ-39"],
    "zh": "未达到条件:创业工位(现为 28,要求 ≥ 30)。",
    "en": "Not met: seats (is 28, must be ≥ 30).",
    "facts": {"fact": "seats", "actual": 28, "operator": "≥", "required": 30},
}
STEP: dict[str, Any] = {
    "step": "parameter",
    "name": "award.recognition.municipal",
    "value": 30_000_000,
    "clauses": ["XZ-23"],
    "version": 1,
    "source": "text",
    "effective_on": "2016-02-18",
}
AMOUNTS: dict[str, Any] = {"award": 30_000_000}
NEARLY: dict[str, Any] = {
    "programme": "recognition.key_makerspace",
    "zh": "市重点众创空间认定",
    "en": "recognition of a municipal key makerspace",
    "act": "recognise",
    "service": "registry",
    "carrier_id": "car_01k30dwg0070008000000000c1",
    "carrier_name": "云龙湖众创空间",
    "level": "municipal",
    "designation": "key",
    "status": "nearly",
    "clauses": ["XZ-39", "XZ-36"],
    "amounts": {},
    "terms": {},
    "reasons": [REASON],
    "missing": [],
    "changes": [
        {
            "fact": "seats",
            "zh": "创业工位数",
            "en": "seats",
            "actual": 28,
            "needed": 30,
            "clauses": ["XZ-39"],
        }
    ],
    "open_parameters": [],
    "facts": [{"fact": "seats", "value": 28, "source": "registry", "overruled": None}],
    "trace": [],
    "items": [
        {
            "id": "recognise-key-makerspace",
            "zh": "市重点众创空间认定",
            "en": "Recognition of a municipal key makerspace",
            "apply_at": "/v1/window/cases",
        }
    ],
}
SCAN: dict[str, Any] = {
    "id": "scn_01k30dwg0070008000000000d1",
    "organisation_id": SCAN_IN["organisation_id"],
    "city_code": "320300",
    "basis": "consent",
    "consent_id": "cns_01k30dwg0070008000000000c1",
    "policy_version": 2,
    "policy_hash": "b4802cd3b26529b74c84e10748b9705d2bd73c87ce87c5ab1a165015204782b1",
    "as_of": "2026-11-22",
    "sources_away": [],
    "counts": {"eligible": 0, "nearly": 1, "undetermined": 0, "not_eligible": 0, "not_open": 0},
    "results": [NEARLY],
}
RECORD: dict[str, Any] = {
    name: SCAN[name]
    for name in (
        "id", "organisation_id", "city_code", "basis", "consent_id", "policy_version", "policy_hash", "sources_away",
    )
} | {"scanned_by": "portal-1", "scanned_at": "2026-11-22T02:00:00Z"}  # fmt: skip
QUESTION: dict[str, Any] = {
    "programme": "award.recognition",
    "act": "award",
    "facts": {"carrier_kind": "makerspace", "level": "municipal", "designation": "key", "earlier_awards": []},
}
BATCH_IN: dict[str, Any] = {"questions": [QUESTION]}
BATCH: dict[str, Any] = {
    "policy_version": 2,
    "policy_hash": SCAN["policy_hash"],
    "as_of": "2026-11-22",
    "answers": [
        {
            "outcome": "eligible",
            "reasons": [],
            "amounts": AMOUNTS,
            "terms": {},
            "trace": [STEP],
            "errors": [],
        }
    ],
}
