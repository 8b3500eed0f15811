"""What a carrier looks like, for the documentation."""

from typing import Any

SERVICE: dict[str, Any] = {
    "kind": "service",
    "service": "intellectual_property",
    "name": "专利申请代办",
    "price_note": "按件收费,入驻企业八折",
    "open_to": "city",
}
EQUIPMENT: dict[str, Any] = {
    "kind": "equipment",
    "name": "工业级三维打印机",
    "price_note": "免费",
    "open_to": "tenants",
}
SUMMARY: dict[str, Any] = {
    "total": 3,
    "by_kind": [{"value": "incubator", "carriers": 1}, {"value": "makerspace", "carriers": 2}],
    "by_category": [],
    "by_level": [{"value": "municipal", "carriers": 2}, {"value": "provincial", "carriers": 1}],
    "by_district": [{"value": "320303", "carriers": 2}, {"value": "320312", "carriers": 1}],
}
CARRIER: dict[str, Any] = {
    "id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "city_code": "320300-a1b2c3d4",
    "kind": "makerspace",
    "category": None,
    "name": "云龙湖众创空间",
    "operator": {"id": "org_01m89wxxrfe14rrhf4g4q47rst", "name": "徐州云龙众创空间有限公司", "status": "active"},
    "host_kind": "large_firm",
    "host_district_code": "320303",
    "host_zone": None,
    "premises": [],
    "levels": [
        {
            "level": "municipal",
            "is_key": True,
            "recognised_on": "2026-12-04",
            "ended_on": None,
            "certificate_number": "320300-A1B2C3D4-2026-00001-E",
            "authority": None,
            "document_number": None,
            "document_on": None,
        },
        {
            "level": "provincial",
            "is_key": True,
            "recognised_on": "2026-12-04",
            "ended_on": None,
            "certificate_number": "320300-A1B2C3D4-2026-00002-C",
            "authority": "江苏省科学技术厅",
            "document_number": "苏科区发-2026-118",
            "document_on": "2026-12-04",
        },
    ],
    "offers": [SERVICE | {"effective_on": "2026-11-25"}],
    "seats": 80,
    "free_seats": 54,
    "tenants_now": 26,
    "warnings": [],
    "facts": {
        "seats": 80,
        "mentors": 6,
        "tenants": 26,
        "floor_area": 1200,
        "full_time_staff": 5,
        "operating_months": 30,
    },
    "registered_at": "2026-11-25T17:44:20Z",
}
KINDS: dict[str, Any] = {
    "kinds": [{"code": "makerspace", "zh": "众创空间", "en": "makerspace", "clauses": ["ZZ-09"]}], "categories": [],
}  # fmt: skip
PAST_PREMISES: dict[str, Any] = {
    "address": "徐州市铜山区大学路1号", "district_code": "320312", "area_sqm": 800, "seats": 60, "rent_mode": "free",
    "longitude_e6": 117186004, "latitude_e6": 34204000, "datum": "gcj_02", "effective_on": "2026-09-01",
    "ended_on": "2026-09-09",
}  # fmt: skip
