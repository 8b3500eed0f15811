"""What rounds, reports and figures look like, for the documentation."""

from typing import Any

from policy.forms import report_forms

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
REVISION_CONTENT: dict[str, Any] = {
    "number": 1, "source": "xlsx", "reason": None, "explanations": {}, "warnings": [], "decisions": [],
    "submitted_by": "client:portal", "submitted_at": "2026-09-01T02:00:04Z",
    "content_sha256": "f6f8c21662551f413d156d82c25d5a1c24b858d0ba7fa6f4b03aa3a676e88722",
    "content": {
        "space": [
            {
                "costs": 0, "seats": 0, "staff": 0, "events": 0, "income": 0, "profit": 0, "ip_held": 0,
                "tenants": 1, "graduates": 0, "subsidies": 0, "trainings": 0, "area_total": 0, "investment": 0,
                "tenants_in": 1, "area_public": 0, "income_rent": 0, "tenants_out": 0, "income_other": 0,
                "listed_total": 0, "startup_jobs": 0, "team_members": 0, "teams_served": 0, "staff_trained": 0,
                "firms_financed": 0, "offers_finance": True, "teams_financed": 0, "area_incubation": 0,
                "graduates_total": 0, "income_services": 0, "startups_served": 0, "costs_management": 0,
                "tenants_at_start": 0, "income_investment": 0, "mentors_full_time": 0, "mentors_part_time": 0,
                "new_registrations": 0, "offers_technology": False, "event_participants": 0,
                "offers_international": False,
            },
        ],
        "events": [],
        "tenants": [
            {
                "area": 40, "name": "徐州手填科技有限公司", "room": "203", "taxes": 0, "interns": None,
                "ip_held": None, "listing": "neeq", "support": None, "research": 0, "turnover": 1900, "employees": 8,
                "investment": 0, "ip_applied": None, "credit_code": "91320300MA2000027N", "is_tech_sme": True,
                "is_high_tech": False, "new_graduates": 0, "agreement_from": "2026-08-03",
                "agreement_until": "2027-08-02", "transformations": None, "inventions_applied": None,
            },
        ],
        "premises": [], "graduates": [],
    },
}  # fmt: skip
REVISION: dict[str, Any] = {name: value for name, value in REVISION_CONTENT.items() if name != "content"}


def _form() -> dict[str, Any]:
    """The newest version, with its first section, two fields and one check."""
    form: dict[str, Any] = report_forms()[-1].model_dump(mode="json")
    section = form["sections"][0]
    return form | {"sections": [section | {"fields": section["fields"][:2]}], "checks": form["checks"][:1]}


FORM = _form()
