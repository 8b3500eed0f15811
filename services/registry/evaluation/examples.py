"""What an evaluation looks like, for the documentation."""

from typing import Any

ROUND_ID, EVALUATION_ID = "evr_01m89wxxzmeg8bykgczn967mf5", "eva_01m89wxy93e3tb0qqwt2hqtxh9"
CARRIER_ID, ORGANISATION_ID = "car_01m89wxxz5ehfrqcbh0xwd5yfh", "org_01m89wxxrfe14rrhf4g4q47rst"
_PAPER: dict[str, Any] = {"title": "活动签到表汇总", "reference": "2026-活-012", "sha256": None}
_NOTICE: dict[str, Any] = {
    "published_on": "2027-03-01",
    "closes_on": "2027-03-08",
    "appeals_until_on": "2027-03-08",
    "provisional": False,
}
ROUND_IN: dict[str, Any] = {
    "programme": "evaluation.carriers",
    "year": 2026,
    "closes_on": "2027-01-29",
    "exempt": [{"carrier_id": CARRIER_ID, "reason": "认定不满一年"}],
}
ASSIGNMENT_IN: dict[str, Any] = {
    "evaluator": "person:evaluator-1@320300",
    "organisation_id": ORGANISATION_ID,
    "evaluations": [EVALUATION_ID],
}
REPORT_IN: dict[str, Any] = {"values": {"events": {"value": 12, "evidence": [_PAPER]}}}
VERIFICATION_IN: dict[str, Any] = {
    "values": {
        "tenants": {"value": 26, "reason": None, "evidence": []},
        "events": {"value": 9, "reason": "3场无签到表,不予计入", "evidence": [_PAPER]},
    },
    "opinion": "除活动场次外与申报一致",
}
ANSWER_IN: dict[str, Any] = {
    "outcome": "corrected",
    "opinion": "补充的签到表经核对属实",
    "corrected": {"events": 12},
}
ROUND: dict[str, Any] = {
    "id": ROUND_ID,
    "city_code": "320300",
    "programme": "evaluation.carriers",
    "year": 2026,
    "status": "on_notice",
    "opened_on": "2027-01-04",
    "opened_by": "person:officer-1@320300",
    "closes_on": "2027-01-29",
    "carriers": {"graded": 23, "exempt": 1},
    "notice": _NOTICE,
    "scored_by": "person:officer-1@320300",
    "finalised_by": None,
    "finalised_at": None,
    "reasons": [],
}
EVALUATION: dict[str, Any] = {
    "id": EVALUATION_ID,
    "round_id": ROUND_ID,
    "programme": "evaluation.carriers",
    "year": 2026,
    "carrier_id": CARRIER_ID,
    "carrier_name": "云龙湖众创空间",
    "carrier_kind": "makerspace",
    "operator_name": "徐州云龙众创空间有限公司",
    "status": "graded",
    "exempt_reason": None,
    "participated": True,
    "evaluator_organisation_id": ORGANISATION_ID,
    "evaluator": "person:evaluator-1@320300",
    "reported": {"events": {"value": 12, "evidence": [_PAPER]}},
    "reported_at": "2027-01-20T02:00:00Z",
    "registered": {"tenants": 26},
    "verified": VERIFICATION_IN["values"],
    "opinion": "除活动场次外与申报一致",
    "verified_at": "2027-02-10T02:00:00Z",
    "score_bp": 8600,
    "grade": "excellent",
    "grade_zh": "优秀",
    "passed": True,
    "scores": [
        {
            "indicator": "events",
            "value": 9,
            "weight_bp": 2000,
            "points_bp": 6000,
            "is_veto": False,
            "clauses": ["XZ-38", "XZ-24"],
        }
    ],
    "determination_id": "det_01m89wxy93e3tb0qqwt2hqtxh9",
    "appeal": None,
    "recommendation": None,
}
_SCORING: dict[str, Any] = {
    "by": "bands",
    "bands": [{"floor": 0, "points_bp": 0}, {"floor": 5, "points_bp": 6000}, {"floor": 10, "points_bp": 10000}],
}
SYSTEM: dict[str, Any] = {
    "parameter": "evaluation.indicators",
    "clauses": ["XZ-38", "XZ-24"],
    "system": {
        "zh": "载体评价指标(试行)",
        "en": "indicators of carriers (trial)",
        "indicators": [
            {
                "id": "events",
                "zh": "年度活动场次",
                "en": "events a year",
                "unit": "count",
                "weight_bp": 10000,
                "source": "self_reported",
                "fact": None,
                "scoring": _SCORING,
                "is_veto": False,
                "dimension": None,
                "clauses": ["XZ-38"],
            }
        ],
        "grades": [
            {"id": "excellent", "zh": "优秀", "en": "excellent", "floor_bp": 8500, "passes": True},
            {"id": "unqualified", "zh": "不合格", "en": "unqualified", "floor_bp": 0, "passes": False},
        ],
        "absent_grade": "unqualified",
    },
}
_GRADED: dict[str, Any] = {
    "carrier_name": "云龙湖众创空间",
    "operator_name": "徐州云龙众创空间有限公司",
    "grade": "excellent",
    "grade_zh": "优秀",
}
PUBLICATION: dict[str, Any] = {
    "round_id": ROUND_ID,
    "programme": "evaluation.carriers",
    "year": 2026,
    "is_final": False,
    "notice": _NOTICE,
    "items": [_GRADED],
}
RANKING: dict[str, Any] = {
    "round_id": ROUND_ID,
    "programme": "evaluation.carriers",
    "year": 2026,
    "is_final": False,
    "items": [
        {
            "place": 1,
            "carrier_id": CARRIER_ID,
            "score_bp": 8600,
            "participated": True,
            "has_appealed": False,
            **_GRADED,
        }
    ],
}
