"""What rounds, reports and figures look like, for the documentation."""

from typing import Any

_REPORT_ID, _ROUND_ID = "srp_01m89wxxz5ehfrqcbh0xwd5yfh", "sro_01m89wxxrfe14rrhf4g4q47rst"
ROUND: dict[str, Any] = {
    "id": _ROUND_ID,
    "city_code": "320300",
    "period_from": "2026-01-01",
    "period_until": "2026-06-30",
    "form_on": "2016-01-01",
    "due_on": "2026-07-14",
    "due_provisional": False,
    "clauses": ["XZ-37"],
    "opened_at": "2026-07-01T01:00:00Z",
    "closed_at": None,
}
REPORT: dict[str, Any] = {
    "id": _REPORT_ID,
    "round_id": _ROUND_ID,
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "carrier_name": "云龙湖众创空间",
    "operator_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "carrier_kind": "makerspace",
    "level": "municipal",
    "district_code": "320303",
    "period_from": "2026-01-01",
    "period_until": "2026-06-30",
    "due_on": "2026-07-14",
    "status": "submitted",
    "revision": 1,
    "first_submitted_on": "2026-07-08",
    "is_late": False,
    "figures": {"tenants": 26, "graduates": 2, "income": 1850, "tenants.turnover": 42300},
    "firms": 26,
    "return_reason": None,
    "accepted_revision": None,
    "consequence": None,
}
REPORT_IN: dict[str, Any] = {
    "form_on": "2016-01-01",
    "sections": {
        "space": [{"area_total": 1200, "tenants": 1, "offers_finance": True}],
        "premises": [
            {"address": "徐州市云龙区和平路57号A座", "district_code": "320303", "area": 1200, "rent_mode": "leased"}
        ],
        "events": [{"title": "路演日", "held_on": "2026-05-20", "participants": 80}],
        "tenants": [
            {"name": "徐州淮海传感科技有限公司", "credit_code": "91320300MA1MABC18R", "agreement_from": "2026-02-01"}
        ],
        "graduates": [],
    },
    "explanations": {"income": "本期新增一处场地"},
    "reason": None,
}
_FIGURES = {"tenants": 128, "graduates": 9, "income": 7400, "tenants.turnover": 183000}
AGGREGATES: dict[str, Any] = {
    "by": "district",
    "round_id": _ROUND_ID,
    "units": {"tenants": "firms", "graduates": "firms", "income": "thousand_yuan", "tenants.turnover": "thousand_yuan"},
    "cells": [
        {"group": "320303", "name": "云龙区", "carriers": 5, "firms": 128, "figures": _FIGURES},
        {"group": "320312", "name": "铜山区", "carriers": 2, "firms": None, "figures": None},
    ],
    "total": {"group": "", "name": "合计", "carriers": 7, "firms": 171, "figures": _FIGURES},
}
