"""What a recognition looks like, for the documentation."""

from typing import Any

RECOGNITION: dict[str, Any] = {
    "id": "rec_01m89wxxzmeg8bykgczn967mf5",
    "city_code": "320300-a1b2c3d4",
    "case_id": "case_01m89wxxw0e4za23brjga64vj7",
    "case_number": "2026320300RGA1B2C3D4000001Q",
    "item": "recognise-key-makerspace",
    "programme": "recognition.key_makerspace",
    "way": "assessed",
    "applicant_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "level": "municipal",
    "is_key": True,
    "status": "recognised",
    "accepted_on": "2026-11-26",
    "awaits": [],
    "reasons": [],
    "evidence": {
        "facts": [
            {"fact": "carrier_kind", "value": "makerspace", "source": "registry"},
            {"fact": "floor_area", "value": 1200, "source": "application"},
            {"fact": "full_time_staff", "value": 5, "source": "application"},
            {"fact": "mentors", "value": 6, "source": "application"},
            {"fact": "operating_months", "value": 30, "source": "application"},
            {"fact": "seats", "value": 80, "source": "application"},
            {"fact": "tenants", "value": 26, "source": "application"},
        ],
        "papers": [{"title": "现场核查记录", "sha256": None, "reference": "2026-核-031"}],
        "opinion": "材料与现场一致",
        "is_verified": True,
        "issuing_authority": None,
    },
    "determination_id": "det_01m89wxy93e3tb0qqwt2hqtxh9",
    "reviewed_by": "person:officer-2@320300-a1b2c3d4",
    "reviewed_at": "2026-11-25T17:44:21Z",
    "notice": {"published_on": "2026-11-26", "closes_on": "2026-12-03", "provisional": False},
    "decided_by": "person:officer-3@320300-a1b2c3d4",
    "decided_at": "2026-12-04T03:59:59Z",
    "decision_reason": "公示无异议",
    "certificate_number": "320300-A1B2C3D4-2026-00001-E",
}
OBJECTION: dict[str, Any] = {
    "id": "obj_01m8b6x0pzegbs76xz066sgcbv", "recognition_id": "rec_01m8b6wzavewmbr0rh040dd8n6",
    "filed_at": "2026-09-08T15:58:59Z", "objector": "王某", "contact": "某路1号",
    "statement": "入驻企业与另一空间重复统计", "upheld": False, "opinion": "经核实,名单无重复",
    "resolved_by": "person:officer-2", "resolved_at": "2026-09-08T16:01:00Z", "withdrawn_at": None,
}  # fmt: skip
NOTICE: dict[str, Any] = {
    "recognition_id": "rec_01m8b6p9qteqavdm5ve5z1zc9b", "case_number": "2026320300RGA1B2C3D4000001Q",
    "carrier_id": "car_01m8b6g7whes19vhd7g0dwj8k6", "carrier_name": "云创众创空间",
    "operator_name": "徐州云创众创空间管理有限公司", "level": "municipal", "is_key": True,
    "notice": {"published_on": "2026-09-01", "closes_on": "2026-09-07", "provisional": False},
}  # fmt: skip
