"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

EVENT = "evt_01k30dwg0070008000000000b2"
PLAN: dict[str, Any] = {"first_after_minutes": 60, "slot_minutes": 20, "slot_count": 6}
SLOTS: dict[str, Any] = {"first_slot_at": "2026-12-03T07:00:00Z", "slot_minutes": 20, "slot_count": 6}
PROJECT = "org_01k30dwg0070008000000000a1"
ENROLMENT: dict[str, Any] = {
    "organisation_id": PROJECT,
    "side": "project",
    "title": "低温钠离子电池管理系统",
    "description": "面向北方物流车的电池管理系统,已完成中试,计划融资用于首条产线。",
}
PARTY: dict[str, Any] = ENROLMENT | {
    "id": "mpt_01m89wxz55evh9jvwt4n25nvk2",
    "organisation_name": "徐州众创科技有限公司",
    "enrolled_at": "2026-11-26T02:00:00Z",
    "withdrawn_at": None,
}
FINANCIER: dict[str, Any] = {
    "id": "mpt_01m89wxz55evh9jvwt4n25nvk3",
    "organisation_id": "org_01k30dwg0070008000000000a2",
    "organisation_name": "淮海创业投资有限公司",
    "side": "investor",
    "title": None,
}
MEETING: dict[str, Any] = {
    "id": "mmt_01m89wxz55evh9jvwt4n25nvk4",
    "event_id": EVENT,
    "slot": 2,
    "starts_at": "2026-12-03T07:20:00Z",
    "ends_at": "2026-12-03T07:40:00Z",
    "project": {name: PARTY[name] for name in FINANCIER},
    "financier": FINANCIER,
    "is_related": False,
    "related_through": [],
    "cancelled_at": None,
    "cancellation_reason": None,
    "outcomes": [
        {"side": "investor", "outcome": "talks", "amount_fen": None, "stated_at": "2026-12-03T08:00:00Z"},
    ],
}
OUTCOME: dict[str, Any] = {"organisation_id": PROJECT, "outcome": "agreement", "amount_fen": 500000000}
COUNTS: dict[str, Any] = {
    "events": 1,
    "projects": 10,
    "investors": 6,
    "banks": 2,
    "meetings": 24,
    "related_meetings": 1,
    "interest": 9,
    "talks": 6,
    "agreements": 2,
    "agreements_of_one_side": 1,
    "none": 3,
    "unsaid": 2,
    "agreed_fen": 850000000,
}
