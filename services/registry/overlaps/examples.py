"""What overlaps look like, for the documentation."""

from typing import Any

OVERLAPS: dict[str, Any] = {
    "places": [
        {
            "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
            "name": "云龙湖孵化器",
            "kind": "incubator",
            "operator_id": "org_01m89wxxrfe14rrhf4g4q47rst",
            "address": "徐州市云龙区和平路57号A座",
            "area_sqm": 800,
            "seats": 60,
        }
    ],
    "tenants": [
        {
            "tenancy_id": "ten_01m89wxxz5ehfrqcbh0xwd5yfh",
            "name": "徐州星火智能科技有限公司",
            "credit_code": "91320300MA1MABC18R",
            "started_on": "2026-10-08",
            "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
            "carrier_name": "云龙湖孵化器",
            "there_since": "2026-03-02",
        }
    ],
    "is_whole": True,
}
