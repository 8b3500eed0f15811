"""What editions look like, for the documentation."""

from typing import Any

EDITION_IN: dict[str, Any] = {
    "files": {
        "pack.yaml": 'pack: xuzhou\ncity: {code: "320300", zh: 徐州市, en: Xuzhou}\ncoverage: complete\n',
        "money.yaml": "parameters:\n  award.recognition.municipal: …\n",
    },
    "cases": {
        "settings.yaml": "settings: {fund.award_subsidy.period: annual}\n",
        "awards.yaml": "programme: award.recognition\nact: award\ncases: []\n",
    },
    "effective_on": "2027-01-01",
    "reason": "市政府2026年第9号文件将市级奖补由30万元提高到50万元",
}
TOTALS: dict[str, Any] = {
    "gains": 12,
    "losses": 0,
    "newly_eligible": 1,
    "no_longer_eligible": 0,
    "other": 0,
    "gained_fen": 290000000,
    "lost_fen": 0,
    "cost_fen": 290000000,
}
EDITION: dict[str, Any] = {
    "id": "edn_01m80fjh9pe30sez9hvymgfgy9",
    "city_code": "320300",
    "status": "proposed",
    "effective_on": "2027-01-01",
    "reason": EDITION_IN["reason"],
    "pack_hash": "b4802cd3b26529b74c84e10748b9705d2bd73c87ce87c5ab1a165015204782b1",
    "proposed_by": "person:operator-1",
    "proposed_at": "2026-11-22T01:57:45Z",
    "decided_by": None,
    "decided_at": None,
    "decision_note": None,
    "snapshot_version": None,
    "cases": {
        "passed": 105,
        "failed": 1,
        "failures": [
            {
                "file": "awards.yaml",
                "name": "市级重点众创空间",
                "failures": ["amounts is {'award': 50000000}, expected {'award': 30000000}"],
            }
        ],
    },
    "comparison": {
        "changes": [
            {"section": "parameters", "id": "award.recognition.municipal", "change": "changed", "members": ["values"]}
        ],
        "lost_settings": [
            {
                "parameter": "loan_pool.share.city",
                "value": 4000,
                "effective_on": "2026-11-22",
                "why": "the text states it now",
            }
        ],
        "newly_open": [],
        "conflicts": [],
    },
    "report": {
        "status": "complete",
        "policy_version": 7,
        "known_at": "2026-11-22T01:57:45Z",
        "finished_at": "2026-11-22T01:57:47Z",
        "services": [{"service": "funds", "asked": 40, "total": 40, "is_done": True, "failure": None}],
        "asked": 40,
        "unchanged": 27,
        "totals": TOTALS,
        "programmes": [{"programme": "award.recognition", "act": "award", **TOTALS}],
    },
}
AS_OF: dict[str, Any] = {
    "city_code": "320300",
    "on": "2027-01-01",
    "known_at": "2026-12-01T02:00:00Z",
    "edition": {
        "number": 2,
        "pack_hash": EDITION["pack_hash"],
        "effective_on": "2027-01-01",
        "recorded_at": "2026-11-30T02:00:00Z",
        "reason": EDITION_IN["reason"],
        "set_by": "person:operator-1",
        "approved_by": "person:officer-2",
    },
    "parameters": [
        {
            "id": "award.recognition.municipal",
            "zh": "市级奖补额",
            "en": "award for a municipal carrier",
            "unit": "fen",
            "operator": "=",
            "status": "stated",
            "value": 50000000,
            "effective_on": "2027-01-01",
            "clauses": ["XZ-23"],
        }
    ],
}
EDITION_LINE: dict[str, Any] = {
    "id": "edn_01m8b71dt6ewvsypt0gjqatcbd", "city_code": "320300", "status": "proposed",
    "effective_on": "2026-11-27", "reason": "市政府2026年第9号文件",
    "pack_hash": "5a8b165b5a203aba1172fedcd80516c7df881ffa9c122729af62c51da5d0726d",
    "proposed_by": "person:operator", "proposed_at": "2026-11-26T06:00:13Z", "decided_by": None, "decided_at": None,
    "decision_note": None, "snapshot_version": None,
}  # fmt: skip
EFFECT: dict[str, Any] = {
    "determination_id": "det_01m8b72k99e0e9becvbg4kedc1", "service": "funds", "programme": "award.recognition",
    "act": "award", "kind": "gain", "worth_fen": 20000000, "cost_fen": 20000000,
    "before": {"outcome": "eligible", "reasons": [], "amounts": {"award": 30000000}},
    "after": {"outcome": "eligible", "reasons": [], "amounts": {"award": 50000000}},
}  # fmt: skip
