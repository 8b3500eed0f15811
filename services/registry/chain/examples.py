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
