"""What a statement looks like, for the documentation."""

from typing import Any

_LINE: dict[str, Any] = {
    "id": "stl_01m89wxz8jem7tcqjjky7fdv6b",
    "place": 1,
    "signed_fen": -30000000,
    "booked_on": "2026-12-04",
    "bank_reference": "LS2026120400017",
    "order_id": "pay_01m89wxz55evh9jvwt4hf6e61s",
    "text": "重点载体认定一次性奖补",
    "outcome": "settled",
    "outcome_text": "已入账",
    "matched": True,
    "entry_id": "jrn_01m89wxz95es9b0s1rve3g9xd5",
    "explanation": None,
    "explained_by": None,
    "accepted_by": None,
    "accepted_at": None,
}
EXPLAINED: dict[str, Any] = _LINE | {
    "id": "stl_01m89wxz8jem7tcqjjky7fdv6c",
    "place": 2,
    "signed_fen": 1234,
    "bank_reference": "LS2026120400018",
    "order_id": None,
    "text": "利息",
    "outcome": "unexplained",
    "outcome_text": "未对应支付指令,待说明",
    "matched": False,
    "entry_id": None,
    "explanation": "第四季度账户利息",
    "explained_by": "person:finance-1@320300-a1b2c3d4",
    "accepted_by": "person:finance-2@320300-a1b2c3d4",
    "accepted_at": "2026-12-05T02:00:00Z",
}
WHOLE: dict[str, Any] = {
    "id": "stm_01m89wxz8jem7tcqjjky7fdv6a",
    "number": "DZD-2026-12-04",
    "opening_fen": 100000000,
    "closing_fen": 70001234,
    "taken_by": "person:finance-1@320300-a1b2c3d4",
    "taken_at": "2026-12-05T01:30:00Z",
    "lines": [_LINE, EXPLAINED],
}
TAKEN: dict[str, Any] = WHOLE | {"already_taken": False}

STATEMENT: dict[str, Any] = {
    "id": "stm_01m8avzvasevb8myjxmqm11t4y",
    "number": "DZD-1",
    "opening_fen": 2000000000,
    "closing_fen": 1952000000,
    "taken_by": "person:finance-1@320300-a1b2c3d4",
    "taken_at": "2027-05-11T02:47:07.382154Z",
}

RECONCILIATION: dict[str, Any] = {
    "agrees": True,
    "ageing": [
        {"from_days": 0, "to_days": 3, "items": 0, "amount_fen": 0},
        {"from_days": 4, "to_days": 10, "items": 0, "amount_fen": 0},
        {"from_days": 11, "to_days": 30, "items": 0, "amount_fen": 0},
        {"from_days": 31, "to_days": None, "items": 0, "amount_fen": 0},
    ],
    "items": [],
}
