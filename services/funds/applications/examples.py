"""What an application for money looks like, for the documentation: of a real run."""

from typing import Any

APPLICATION: dict[str, Any] = {
    "id": "apl_01m8bkbgw7e0yv4565fh6xhmew",
    "case_id": "case_7p150v54k08gksfjxnfbjpn6ac",
    "case_number": "XZ-2026-000001",
    "item": "apply-operation-subsidy",
    "programme": "operation.subsidy",
    "fund": "fund.award_subsidy",
    "applicant_id": "org_01m8bkbgvhe9t91xcs7vmf6wp7",
    "accepted_on": "2026-11-26",
    "awaits": [],
    "stated": {
        "carrier_kind": "makerspace",
        "head": "rent",
        "cost_fen": 15000000,
        "cost_subsidised_to": "nobody",
        "other_public_money_fen": 0,
    },
    "facts": {
        "carrier_kind": "makerspace",
        "head": "rent",
        "cost_fen": 15000000,
        "cost_subsidised_to": "nobody",
        "other_public_money_fen": 0,
    },
    "about": None,
    "opinion": "发票与合同相符",
    "reviewed_by": "person:officer-2",
    "reviewed_at": "2026-11-26T09:35:29.204060Z",
    "status": "paid",
    "determination_id": "det_01m8bkbgy4e0ztpkyzjk78at2f",
    "reasons": [],
    "amount_fen": 7500000,
    "approved_by": "person:finance-1",
    "approved_at": "2026-11-26T09:35:29.278982Z",
    "policy_year": 2026,
    "payment_order_id": "pay_01m8bkbh10e7zs73rnty93cq2a",
    "paid_on": "2026-11-26",
}

INVOICE: dict[str, Any] = {
    "number_last4": "0417",
    "issued_on": "2026-10-30",
    "amount_fen": 15000000,
}

WITH_INVOICES: dict[str, Any] = {**APPLICATION, "invoices": [INVOICE]}
