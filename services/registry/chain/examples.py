"""What a project on its way looks like."""

from typing import Any
from uuid import UUID

from kernel.ids import encode_id
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION

_SOME = UUID("0198c0de-0000-7000-8000-000000000001")
CARRIER, PROJECT = encode_id("car", _SOME), encode_id("prj", _SOME)
PROJECT_IN: dict[str, Any] = {"name": "矿用巡检机器人", "organisation_id": EXAMPLE_ORGANISATION}
ADMISSION_IN: dict[str, Any] = {
    "carrier_id": CARRIER, "stage": "nursery", "admitted_on": "2026-09-01", "agreement_reference": "入驻协议2026-017",
}  # fmt: skip
OFFER_IN: dict[str, Any] = {"to_carrier_id": CARRIER, "stage": "incubator"}
GRADUATION_IN: dict[str, Any] = {
    "on": "2028-09-01", "criteria": ["high_tech_certificate"], "evidence": "高新技术企业证书GR202832000001",
}  # fmt: skip
EQUITY_IN: dict[str, Any] = {
    "carrier_id": CARRIER, "share_bp": 500, "held_from": "2026-10-01", "evidence": "增资协议2026-009",
}  # fmt: skip
_STAY: dict[str, Any] = {
    "carrier_id": CARRIER, "carrier_name": "矿大众创", "stage": "nursery", "organisation_id": EXAMPLE_ORGANISATION,
    "admitted_on": "2026-09-01", "ended_on": None, "ending": None, "end_reason": None, "graduation": None,
    "agreement_reference": "入驻协议2026-017",
}  # fmt: skip
CHAIN: dict[str, Any] = {
    "project_id": PROJECT, "name": "矿用巡检机器人", "on": "2026-11-22", "organisation_id": EXAMPLE_ORGANISATION,
    "standing": "nursery", "now": _STAY, "since": "2026-09-01", "history": [_STAY],
    "holders": [{"organisation_id": EXAMPLE_ORGANISATION, "effective_on": "2026-08-20"}],
    "equity": [{"carrier_id": CARRIER, "share_bp": 500, "held_from": "2026-10-01", "held_until": None,
                "evidence": "增资协议2026-009"}],
    "milestones": [{"kind": "product", "reached_on": "2026-10-15", "description": "样机下井试用",
                    "evidence": "试用报告2026-003"}],
}  # fmt: skip
REASON_IN: dict[str, Any] = {"reason": "孵化器场地调整，暂不接收"}
LEAVING_IN: dict[str, Any] = {"on": "2027-03-01", "reason": "团队解散，项目终止"}
MILESTONE_IN: dict[str, Any] = {
    "kind": "product", "reached_on": "2026-10-15", "description": "样机下井试用", "evidence": "试用报告2026-003",
}  # fmt: skip
CARRIER_STAY: dict[str, Any] = {
    "project_id": "prj_01m8b6wh2mew592d33v60gw8bk", "project_name": "矿用巡检机器人",
    "organisation_id": "org_01m8b6wh09ejx956tk5ken9z11", "stage": "nursery", "admitted_on": "2026-09-01",
    "ended_on": None, "ending": None,
}  # fmt: skip
COMPLETENESS: dict[str, Any] = {
    "organisation_id": "org_01m8b6v27ke69rf9vbmpz4d96q", "outcome": "not_eligible",
    "reasons": [
        {
            "code": "criterion_not_met", "clauses": ["LZ-13"],
            "text": "未达到条件:孵化器环节(现为 否,要求 是)。",
            "facts": {"fact": "has_incubator", "actual": False, "operator": "=", "required": True},
        },
    ],
}  # fmt: skip
PROJECT_OUT: dict[str, Any] = {
    "id": "prj_01m8b6s3j1e6f93vpx0njsnq2z", "city_code": "320300", "name": "矿用巡检机器人",
    "organisation_id": "org_01m8b6s2y5exqs2gwp0gj9wv31", "standing": "outside",
    "registered_at": "2026-09-01T02:00:01Z",
}  # fmt: skip
OFFER: dict[str, Any] = {
    "id": "trf_01m8b6t9gre9vbyw4wndc95rs3", "project_id": "prj_01m8b6t545eh5t9gf5z443vd5n",
    "from_carrier_id": "car_01m8b6t5j3ed89f2dsve208w91", "to_carrier_id": "car_01m8b6t9g2e6tas6y6rw3m6936",
    "stage": "accelerator", "status": "accepted", "offered_on": "2026-09-01", "expires_on": "2026-09-08",
    "expires_provisional": False, "precedence": "eligible", "determination_id": "det_01m8b6t9gre9vbyw4wngsv1bh7",
    "answered_at": "2026-09-01T02:00:11Z", "reason": None,
}  # fmt: skip
