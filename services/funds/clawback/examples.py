"""What money demanded back looks like, for the documentation."""

from typing import Any

CLAWBACK: dict[str, Any] = {
    "id": "clw_01m89wxz55evh9jvwt4n25nvk2",
    "payment_order_id": "pay_01m89wxz55evh9jvwt4hf6e61s",
    "payee_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "payee_name": "徐州云龙众创空间有限公司",
    "case_id": "case_01m89wxxw0e4za23brjga64vj7",
    "cause": "recognition_ended",
    "grounds": "认定在拨付后24个月内终止",
    "evidence": ["files/2026/000321.pdf"],
    "clauses": ["XZ-23", "XZ-21"],
    "demanded_fen": 30000000,
    "found_by": "person:officer-1@320300-a1b2c3d4",
    "found_at": "2026-12-04T04:00:00Z",
    "status": "receivable",
    "notified_at": "2026-12-07T04:00:00Z",
    "object_until_on": "2026-12-21",
    "provisional": False,
    "objection": None,
    "objected_at": None,
    "opinion": "事实清楚,予以追回",
    "decided_fen": 30000000,
    "decided_by": "person:finance-1@320300-a1b2c3d4",
    "decided_at": "2026-12-22T04:00:00Z",
    "pay_until_on": "2027-01-13",
    "pay_provisional": True,
    "collected_fen": 10000000,
    "written_off_fen": 0,
    "outstanding_fen": 20000000,
    "plan_made_by": "person:finance-3@320300-a1b2c3d4",
    "plan_approved_by": "person:finance-2@320300-a1b2c3d4",
    "write_off_reason": None,
    "write_off_proposed_by": None,
    "write_off_approved_by": None,
    "version": 6,
}
RECEIPT: dict[str, Any] = {
    "id": "cwr_01m89wxz55evh9jvwt4n25nvk2",
    "amount_fen": 10000000,
    "on": "2026-12-30",
    "bank_reference": "ICBC2026123000017",
    "statement_line_id": None,
    "entered_by": "person:finance-2@320300-a1b2c3d4",
    "entered_at": "2026-12-30T04:00:00Z",
    "confirmed_by": "person:finance-1@320300-a1b2c3d4",
    "declined_by": None,
    "ended_at": "2026-12-31T04:00:00Z",
}
WHOLE = CLAWBACK | {
    "plan": [{"due_on": "2027-02-26", "amount_fen": 20000000}],
    "receipts": [RECEIPT],
    "parts": [
        {
            "kind": "received",
            "amount_fen": 10000000,
            "on": "2026-12-30",
            "bank_reference": "ICBC2026123000017",
            "payment_order_id": None,
            "entry_id": "jrn_01m89wxz55evh9jvwt4n25nvk2",
            "made_by": "person:finance-1@320300-a1b2c3d4",
        }
    ],
}
