"""What budgets look like, for the documentation: of a real run."""

from typing import Any

POSITION: dict[str, Any] = {
    "fund": "fund.loan_risk",
    "policy_year": 2026,
    "payer_level": "city",
    "appropriated_fen": 2000000000,
    "allotted_fen": 2000000000,
    "encumbered_fen": 0,
    "spent_fen": 33300000,
    "available_fen": 1966700000,
    "treasury_fen": 1966700000,
}

APPROPRIATION: dict[str, Any] = {
    "id": "apn_01m8avzk8ceahagarbsyba13se",
    "fund": "fund.loan_risk",
    "policy_year": 2026,
    "payer_level": "city",
    "amount_fen": 2000000000,
    "document": "徐财预〔2026〕33号",
    "determination_id": "det_01m8avzk94e68v3m0x7da0zg2t",
    "entry_id": "jrn_01m8avzk8ceahagarbt2r1wk26",
    "made_by": "person:finance-1@320300-a1b2c3d4",
    "made_at": "2026-11-26T02:47:01.106904Z",
}

ALLOTMENT: dict[str, Any] = {
    "id": "alt_01m8avzknweeqaqn89427gz5s4",
    "fund": "fund.loan_risk",
    "policy_year": 2026,
    "payer_level": "city",
    "amount_fen": 2000000000,
    "document": "徐财预〔2026〕33号",
    "entry_id": "jrn_01m8avzknweeqaqn8947papmrc",
    "made_by": "person:finance-1@320300-a1b2c3d4",
    "made_at": "2026-11-26T02:47:01.564657Z",
}

FUND: dict[str, Any] = {
    "fund": "fund.award_subsidy",
    "name_zh": "市众创空间奖补资金",
    "name_en": "award and subsidy fund for makerspaces",
    "clauses": [
        "XZ-21",
    ],
    "size_fen": 2000000000,
    "pays": [
        "award.recognition",
        "evaluation.award",
        "fund.award_subsidy",
        "operation.subsidy",
    ],
    "open_parameters": [
        {
            "parameter": "fund.award_subsidy.period",
            "clause": "XZ-21",
            "locator": "五(一)",
            "quote": "设立2000万元的市众创空间奖补资金",
            "text": "“奖补资金按年安排或一次性安排”尚未确定:"
            "五(一)“设立2000万元的市众创空间奖补资金”未作规定,须由市财政主管部门设定后方可办理。",
        },
    ],
}
