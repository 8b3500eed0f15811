"""What the books look like, for the documentation: of a real run."""

from typing import Any

ROOT: dict[str, Any] = {
    "city_code": "320300-a1b2c3d4",
    "on": "2027-05-11",
    "root": "6fd30f6c1301cb93d6fe7ede6fe86a3851a530229d6e2d806ee8f22f2f7e15cc",
    "entries": 5,
    "chains": 2,
}

TRIAL_LINE: dict[str, Any] = {
    "code": "fund.loan_risk/2026/city/allotted",
    "name_zh": "已下达可用指标",
    "name_en": "Allotted, available",
    "debit_fen": 0,
    "credit_fen": 1966700000,
}

ACCOUNT: dict[str, Any] = {
    "code": "fund.award_subsidy/2026/city/appropriated",
    "kind": "appropriated",
    "normal_side": "credit",
    "name_zh": "已安排未下达指标",
    "name_en": "Appropriated, not yet allotted",
    "fund": "fund.award_subsidy",
    "policy_year": 2026,
    "payer_level": "city",
    "balance_fen": 50000,
    "held_fen": 0,
    "available_fen": 50000,
}

STATEMENT_LINE: dict[str, Any] = {
    "version": 1,
    "entry_id": "jrn_01m8bkbjehecqa6hsv55vm1ksj",
    "document": "funds-2026-11-000001",
    "fact": "budget.appropriated",
    "effective_on": "2026-11-26",
    "recorded_at": "2026-11-26T09:35:30.805447Z",
    "side": "credit",
    "amount_fen": 150000,
    "balance_after_fen": 150000,
}

ENTRY: dict[str, Any] = {
    "id": "jrn_01m8bkbryte98sw0w801s2vjgv",
    "document": "funds-2027-03-000001",
    "fact": "payment.committed",
    "effective_on": "2027-03-06",
    "recorded_at": "2027-03-06T09:35:37.503540Z",
    "hash": "a45710cfb5b5ca6f5bcc566c0d638104241b9612ffb2da5170ddbcc7fbf31758",
    "reverses": None,
    "legs": [
        {
            "account": "fund.loan_risk/2026/city/allotted",
            "side": "debit",
            "amount_fen": 30000000,
        },
        {
            "account": "fund.loan_risk/2026/city/encumbered",
            "side": "credit",
            "amount_fen": 30000000,
        },
        {
            "account": "fund.loan_risk/2026/city/expense",
            "side": "debit",
            "amount_fen": 30000000,
        },
        {
            "account": "fund.loan_risk/2026/city/payable/01a21735-dedd-7345-a613-dceb56cf4a5b",
            "side": "credit",
            "amount_fen": 30000000,
        },
    ],
    "reference": "pay_01m8bkbry1ec9t3k41hqqp3792",
}

JOURNAL_ENTRY: dict[str, Any] = {
    **ENTRY,
    "actor": "person:finance-1",
    "determination_id": "det_01m8bkbrxwesqv5sx68qd8zk16",
    "case_id": "case_01m8bkbrr9e0qazcssaygka8da",
    "approvals": ["apr_01m8bkbryfewzaa9prjxpepaka"],
    "reason": None,
}

# It proves: tests check it as a bank would.
PROOF: dict[str, Any] = {
    "city_code": "320300-188fc298",
    "on": "2027-03-06",
    "root": "8e8a5c75e77afedf3cfd749c52b4e65c043d25c8156e48a8ff9dd115bdb52391",
    "book": "funds",
    "period": "2027-03",
    "lines": [
        "payment.committed",
        "01a21735-e3c1-7313-a1cc-818def619d22",
        "2027-03-06",
        "person:finance-1",
        "01a21735-e3bc-766f-b2e7-a645da8fcc26",
        "01a21735-e309-702e-afb3-3957a13521aa",
        "01a21735-e3cf-773e-a526-d8976ceb2a6a",
        "",
        "",
        "",
        "",
        (
            "fund.loan_risk/2026/city/allotted 30000000,"
            "fund.loan_risk/2026/city/encumbered -30000000,"
            "fund.loan_risk/2026/city/expense 30000000,"
            "fund.loan_risk/2026/city/payable/01a21735-dedd-7345-a613-dceb56cf4a5b -30000000"
        ),
    ],
    "before": "3973c6809ccb01f5d82b2d179a4ef35808dcb5601d2f5cb04aff2df48bd56419",
    "links": [
        {
            "body": "85a4c67047d7b4d9e522b3f75661021335ee11a9cb7fb447c9dbb88e9b3a4f28",
            "assigned": [
                "01a21735-e3da-7251-9e03-8800722dca1b",
                "payment.committed:loss_claim:01a21735-e309-702e-afb3-3956c79877f3",
                "2027-03",
                "1",
                "1804325737503540",
            ],
        },
        {
            "body": "382f667ae40704b578a3a2bdb076291b341c08a8807fdf51ba3fdbd5196fd85b",
            "assigned": [
                "01a21735-e3c1-7313-a1cc-818ed6338e48",
                "loss_claim.shared:01a21735-e309-702e-afb3-3956c79877f3",
                "2027-03",
                "2",
                "1804325737551098",
            ],
        },
        {
            "body": "87913d150db7129aefa294d3ef147c6cddc95e3761eb6ec0874f8ef9212024d9",
            "assigned": [
                "01a21735-e50a-722c-902a-2ac9eb6057ab",
                "payment.settled:01a21735-e3c1-7313-a1cc-818def619d22:1",
                "2027-03",
                "3",
                "1804325737756139",
            ],
        },
    ],
    "heads": [
        {
            "book": "funds",
            "period": "2026-11",
            "number": 2,
            "hash": "3973c6809ccb01f5d82b2d179a4ef35808dcb5601d2f5cb04aff2df48bd56419",
        },
        {
            "book": "funds",
            "period": "2027-03",
            "number": 3,
            "hash": "a8039812b3a674472dc1258a232a6ae3b2e0a07d6a343fa4e3c636ca767b418e",
        },
    ],
}
