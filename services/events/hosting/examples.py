"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

EVENT = "evt_01k30dwg0070008000000000b2"
HOST = "org_01k30dwg0070008000000000a1"
LINE: dict[str, Any] = {
    "kind": "venue",
    "purpose": "决赛会场租赁",
    "amount_fen": 12000000,
    "invoice": {
        "number": "26337000000000000001",
        "code": None,
        "issuer": "嘉兴国际会展中心有限公司",
        "issued_on": "2026-11-20",
        "amount_fen": 12000000,
    },
}
STATED: dict[str, Any] = {
    "reach": "national",
    "lines": [LINE],
    "public_money": [{"payer": "南湖区财政局", "amount_fen": 2000000}],
    "own_income_fen": 0,
    "participants": 186,
    "participants_evidence": "签到表6页,经公证处现场核对",
    "audit_report": "嘉会审〔2026〕118号",
}
CHECK: dict[str, Any] = {
    "lines": [{"line": 1, "accepted": True, "reason": None, "clauses": []}],
    "reach": "national",
    "participants": 186,
    "public_money_fen": 2000000,
    "opinion": "支出与发票、合同相符",
}
STATEMENT: dict[str, Any] = STATED | {
    "id": "hst_01m89wxz55evh9jvwt4n25nvk2",
    "event_id": EVENT,
    "host_id": HOST,
    "host_name": "嘉兴众创空间有限公司",
    "edition": 1,
    "correction_reason": None,
    "status": "confirmed",
    "lines": [LINE | {"line": 1, "accepted": True, "reason": None, "clauses": []}],
    "public_money_fen": 2000000,
    "stated_by": "client:jiaxing-space",
    "stated_at": "2026-12-04T02:00:00Z",
    "checked_by": "person:officer-1",
    "checked_at": "2026-12-07T02:00:00Z",
    "opinion": CHECK["opinion"],
    "found_reach": "national",
    "found_participants": 186,
    "found_public_money_fen": 2000000,
    "eligible_fen": 12000000,
    "confirmed_by": "person:officer-2",
    "confirmed_at": "2026-12-08T02:00:00Z",
}
CO_HOST: dict[str, Any] = {"organisation_id": HOST, "organisation_name": "嘉兴众创空间有限公司"}
