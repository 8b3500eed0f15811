"""What a case looks like, for the documentation."""

from typing import Any

APPLICATION: dict[str, Any] = {
    "item": "recognise-key-makerspace",
    "applicant_id": "org_01k30dw0000e000g0000000001",
    "form": {
        "carrier_name": "云龙湖众创空间",
        "carrier_kind": "makerspace",
        "level": "municipal",
        "floor_area": 2200,
        "tenants": 25,
        "operating_months": 18,
        "full_time_staff": 6,
        "mentors": 8,
    },
    "documents": [{"kind": "application_form", "reference": "files/2026/000123.pdf", "sha256": None}],
}
LINE: dict[str, Any] = {
    "id": "case_01m80fjgncen1sbph6qz64t4h3",
    "number": "2026320300RG000001Z",
    "item": "recognise-key-makerspace",
    "service": "registry",
    "applicant_id": "org_01k30dw0000e000g0000000001",
    "status": "accepted",
    "submitted_at": "2026-11-22T01:57:45Z",
    "status_since": "2026-11-23T01:57:45Z",
    "accepted_on": "2026-11-23",
    "outcome": None,
    "version": 2,
}
CASE: dict[str, Any] = LINE | {
    "bundle_id": None,
    "item_zh": "市重点众创空间认定",
    "item_en": "Recognition of a municipal key makerspace",
    "form": APPLICATION["form"],
    "documents": APPLICATION["documents"],
    "policy_version": 1,
    "clock": {
        "running": True,
        "elapsed_working_days": 1,
        "paused_working_days": 0,
        "promised_working_days": 20,
        "due_on": "2026-12-21",
        "provisional": False,
        "days_left": 20,
    },
    "waiting": {
        "holder": "service",
        "department_zh": "市科技局",
        "department_en": "Municipal Science and Technology Bureau",
        "since": "2026-11-23T01:57:45Z",
        "until": None,
        "zh": "已受理,等待业务部门审核",
        "en": "Accepted; the responsible department begins its review",
    },
    "correction": None,
    "supplement": None,
    "changes": [],
    "decision_facts": None,
    "outcome_reasons": [],
    "closed_on": None,
    "delivered_on": None,
    "delivery_channel": None,
}
DECISION: dict[str, Any] = {
    "outcome": "granted",
    "facts": {"in_makerspace": True, "host_hosted_firms": 12},
    "reasons": [],
}
PREFLIGHT: dict[str, Any] = {
    "ready": False,
    "errors": [{"pointer": "/form/mentors", "code": "int_type", "message": "应为整数"}],
    "reasons": [],
    "missing": [
        {
            "code": "document_missing",
            "clauses": ["XZ-39"],
            "zh": "缺少材料:申请表。",
            "en": "Missing document: application form.",
            "facts": {"document": "application_form", "may_follow": False},
        }
    ],
    "open": [],
}
TIMELINE_LINE: dict[str, Any] = {
    "id": "01a200f9-445e-716b-bc90-a8c1957b1815",
    "type": "case.accepted",
    "occurred_at": "2026-11-23T01:57:45Z",
    "actor": "staff",
    "zh": "已受理",
    "en": "The application was accepted for processing",
    "data": {"number": "2026320300RG000001Z", "item": "recognise-key-makerspace", "accepted_on": "2026-11-23"},
}
