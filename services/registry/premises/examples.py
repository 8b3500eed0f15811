"""What registered addresses, hosts and certificates look like."""

from typing import Any
from uuid import UUID

from kernel.ids import encode_id
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION

_SOME = UUID("0198c0de-0000-7000-8000-000000000001")
ADDRESS_ID, HOST_ID, REGISTRATION_ID = (encode_id(prefix, _SOME) for prefix in ("adr", "hst", "reg"))
ADDRESS_IN: dict[str, Any] = {
    "address": "徐州市云龙区和平路57号A座", "division_code": "320303", "area_sqm": 1200,
    "holder_id": EXAMPLE_ORGANISATION, "title_evidence": "不动产权证苏(2020)徐州市不动产权第0012345号",
}  # fmt: skip
HOST_IN: dict[str, Any] = {
    "organisation_id": EXAMPLE_ORGANISATION, "mode": "cluster", "kind": "makerspace_operator",
    "scope_evidence": "营业执照经营范围:商务秘书服务",
}  # fmt: skip
REGISTRATION_IN: dict[str, Any] = {
    "address_id": ADDRESS_ID, "organisation_id": EXAMPLE_ORGANISATION, "mode": "shared", "trades": ["software"],
    "area_sqm": 20, "consent_evidence": "场所使用同意书2026-041",
}  # fmt: skip
REGISTRATION: dict[str, Any] = {
    "id": REGISTRATION_ID, "city_code": "320300", "address_id": ADDRESS_ID, "address": "徐州市云龙区和平路57号A座",
    "organisation_id": EXAMPLE_ORGANISATION, "firm_name": "徐州淮海传感科技有限公司",
    "credit_code": "91320300MA2000017G", "host_id": None, "mode": "shared", "status": "standing", "marking": None,
    "trades": ["software"], "area_sqm": 20, "certificate_number": "320300-2026-00001-7",
    "registered_on": "2026-11-22", "ended_on": None, "reason": None,
}  # fmt: skip
