"""What a carrier looks like, for the documentation."""

from typing import Any

CARRIER: dict[str, Any] = {
    "id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "city_code": "320300-a1b2c3d4",
    "kind": "makerspace",
    "name": "云龙湖众创空间",
    "operator": {"id": "org_01m89wxxrfe14rrhf4g4q47rst", "name": "徐州云龙众创空间有限公司", "status": "active"},
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
