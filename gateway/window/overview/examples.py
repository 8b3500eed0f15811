"""What an overview looks like, for the documentation."""

from typing import Any

_QUIET: dict[str, Any] = {"overdue_jobs": 0, "parked_events": 0, "broken": []}
OVERVIEW: dict[str, Any] = {
    "city_code": "320300",
    "as_of": "2026-11-26",
    "audit": {
        "colour": "red",
        "evidence": [
            {
                "source": "registry",
                "code": "overdue_jobs",
                "zh": "逾期未执行的任务",
                "en": "Jobs past their time",
                "count": 1,
            }
        ],
    },
    "missing": ["vouchers"],
    "cases": [
        {
            "item": "recognise-key-makerspace",
            "zh": "市重点众创空间认定",
            "en": "Recognition of a municipal key makerspace",
            "statuses": [
                {"status": "correction_requested", "cases": 2},
                {"status": "delivered", "cases": 11},
                {"status": "in_review", "cases": 5},
            ],
            "overdue": 1,
            "paused": 2,
        }
    ],
    "waiting": [
        {
            "holder": "applicant",
            "department_zh": "市科技局",
            "department_en": "Municipal Science and Technology Bureau",
            "cases": 2,
        },
        {
            "holder": "service",
            "department_zh": "市科技局",
            "department_en": "Municipal Science and Technology Bureau",
            "cases": 5,
        },
    ],
    "ratings": {"ratings": 8, "average_hundredths": 463, "unanswered": 1, "oldest_working_days": 3},
    "targets": [
        {
            "id": "service_platforms",
            "zh": "科技创业服务平台",
            "en": "platforms that serve start-ups",
            "operator": "≥",
            "value": 30,
            "unit": "个",
            "due_on": "2020-12-31",
            "source": "counted",
            "counted": 30,
            "reached": True,
        }
    ],
    "funds": {
        "appropriated_fen": 10_000_000_000,
        "allotted_fen": 6_000_000_000,
        "encumbered_fen": 45_000_000,
        "spent_fen": 182_300_000,
        "paid_fen": 182_300_000,
        "loans": 14,
        "loans_fen": 2_310_000_000,
        "claims_open": 1,
        "claims_open_fen": 160_000_000,
        "claims_paid_fen": 33_300_000,
        "reserve_fen": 1_966_700_000,
        "standing": _QUIET,
    },
    "vouchers": None,
    "registry": {
        "carriers": 42,
        "levels": [
            {"level": "municipal", "is_key": True, "carriers": 30},
            {"level": "provincial", "is_key": False, "carriers": 14},
        ],
        "standing": {"overdue_jobs": 1, "parked_events": 0, "broken": []},
    },
    "events": {"to_come": 6, "next_at": "2026-11-28T01:00:00Z", "standing": _QUIET},
}
