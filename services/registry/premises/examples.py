"""What registered addresses, hosts and certificates look like."""

from typing import Any
from uuid import UUID

from kernel.ids import encode_id
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION

_SOME = UUID("0198c0de-0000-7000-8000-000000000001")
ADDRESS_ID, HOST_ID, REGISTRATION_ID = (encode_id(prefix, _SOME) for prefix in ("adr", "hst", "reg"))
_SIGNATURE = "eyJhbGciOiJFUzI1NiIsImtpZCI6Imp2R2V4In0..3p0Qm1VbXJ3b2tQd3hKZ0t5ZGpQb2hQZ1h0bGl1c3Q"
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
REASON_IN: dict[str, Any] = {"reason": "连续两次按登记住所寄送的公文被退回"}
ADDRESS_CHANGE_IN: dict[str, Any] = {
    "area_sqm": 480, "title_evidence": "不动产权证书苏(2026)徐州市不动产权第0012345号",
}  # fmt: skip
ENDING_IN: dict[str, Any] = {"on": "2026-11-01", "reason": "企业迁往自有办公楼"}
YEAR_REPORT_IN: dict[str, Any] = {"year": 2026, "post_received": 412, "remarks": "公文均在两日内转交"}
ADDRESS: dict[str, Any] = {
    "id": "adr_01m8b6wegbetnrbc1gh3m8dn3j", "city_code": "320300", "address": "和平路57号A座 3层",
    "division_code": "320303", "area_sqm": 100, "taken_sqm": 0, "firms": 0,
    "holder_id": "org_01m8b6wedde2dar8zfgk0mr09c", "title_evidence": "不动产权证",
    "registered_at": "2026-09-01T02:00:00Z",
}  # fmt: skip
ADDRESS_CERTIFICATE: dict[str, Any] = {
    "number": "430200-00000023-2026-00001-I", "registration_id": "reg_01m8b6v3hsevkskvnpnq9v0phb",
    "status": "without_host", "ended_on": None, "issued_on": "2026-09-01",
    "statement": {
        "firm": {
            "id": "org_01m8b6v315e42saddvz9p20nzw", "name": "徐州云创众创空间管理有限公司",
            "credit_code": "91320300MA20008362",
        },
        "host": {
            "id": "org_01m8b6v208e1c8x8tdvw0672bb", "name": "徐州云创众创空间管理有限公司",
            "credit_code": "91320300MA200081X7",
        },
        "mode": "cluster",
        "policy": {"hash": "7b0fe9c548b4880db9c534f4aa2c0bb5ecaed34a7fda30233df2a556f549da99", "version": 2},
        "trades": ["software"],
        "address": {
            "id": "adr_01m8b6v2e8ekbttmvqn4arrz8w", "text": "和平路57号A座0672bb", "area_sqm": 10,
            "division_code": "430203",
        },
        "marking": "(集群注册)", "city_code": "430200", "statement": "address_registered",
        "registered_on": "2026-09-01", "registration_id": "reg_01m8b6v3hsevkskvnpnq9v0phb",
        "certificate_number": "430200-00000023-2026-00001-I",
    },
    "signature": _SIGNATURE,
    "key_id": "j0Cvy9Ta4AkW7iT80u5WaEGfT4FR5GBEDYTIiePoPjs",
}  # fmt: skip
CHECK: dict[str, Any] = {
    "fit": False,
    "reasons": [{"code": "firm_hosted_twice", "clauses": ["ZZ-20"], "text": "企业已由另一机构托管。", "facts": {}}],
}  # fmt: skip
HOST: dict[str, Any] = {
    "id": "hst_01m8b6wnzpew2rah308hxadh24", "city_code": "430200",
    "organisation_id": "org_01m8b6wnxfeatswc40t0y3j8nz", "name": "徐州云创众创空间管理有限公司", "mode": "cluster",
    "kind": "makerspace_operator", "status": "active", "duties": ["roster"], "admitted_on": "2026-09-01",
    "reason": None, "move_by": None, "move_by_provisional": None, "left_on": None,
}  # fmt: skip
HOST_DETAIL: dict[str, Any] = {
    "id": "hst_01m8b6tdkpexx8haa2rt8wqv5r", "city_code": "430200",
    "organisation_id": "org_01m8b6t6cmez6byp75z1ne1nc8", "name": "徐州云创众创空间管理有限公司", "mode": "cluster",
    "kind": "makerspace_operator", "status": "leaving", "duties": ["roster"], "admitted_on": "2026-12-29",
    "reason": "经营调整", "move_by": "2027-01-07", "move_by_provisional": False, "left_on": None, "hosted": 1,
    "reports_owed": [2026],
}  # fmt: skip
YEAR_REPORT: dict[str, Any] = {
    "year": 2026, "hosted": 1, "unreachable": 0, "post_received": 12, "remarks": "公文均在两日内转交",
    "reported_on": "2027-01-08",
}  # fmt: skip
ADDRESS_PROOF: dict[str, Any] = {
    "organisation_id": "org_01m8b6wjq5ej0rbr3a0keme5js", "on": "2026-09-01", "registered": True,
    "statement": {
        "statement": "address_on_date", "city_code": "320300",
        "firm": {
            "id": "org_01m8b6wjq5ej0rbr3a0keme5js", "name": "徐州云创众创空间管理有限公司",
            "credit_code": "91320300MA2001089A",
        },
        "on": "2026-09-01", "registered": True,
        "registrations": [
            {
                "address": "和平路57号A座", "mode": "single", "marking": None, "registered_on": "2026-09-01",
                "certificate_number": "320300-00000033-2026-00001-P",
            },
        ],
        "stated_at": "2026-09-15T02:00:00Z",
    },
    "signature": _SIGNATURE,
    "key_id": "j0Cvy9Ta4AkW7iT80u5WaEGfT4FR5GBEDYTIiePoPjs",
}  # fmt: skip
