"""What ratings look like, for the documentation."""

from typing import Any

OPINION: dict[str, Any] = {"grade": 2, "tags": ["speed", "materials"], "text": "两次被要求补交同一份租赁合同"}
ANSWER: dict[str, Any] = {
    "verdict": "substantiated",
    "measure": "已致歉;窗口改为一次性告知清单,重复材料由系统带出",
    "called_back_on": "2026-12-10",
}
LINE: dict[str, Any] = {
    "case_id": "case_01m80fjgncen1sbph6qz64t4h3",
    "item": "recognise-key-makerspace",
    "grade": 2,
    "grade_zh": "不满意",
    "grade_en": "dissatisfied",
    "status": "answered",
    "rated_at": "2026-12-08T01:57:45Z",
    "corrected_at": None,
    "version": 2,
    "follow_up": {
        "department_zh": "市科技局",
        "department_en": "Municipal Science and Technology Bureau",
        "opened_on": "2026-12-08",
        "running": False,
        "elapsed_working_days": 2,
        "answered_on": "2026-12-10",
        "verdict": "substantiated",
        "called_back_on": "2026-12-10",
    },
}
RATING: dict[str, Any] = LINE | {
    "tags": OPINION["tags"],
    "text": OPINION["text"],
    "measure": ANSWER["measure"],
}
_GROUP: dict[str, Any] = {
    "ratings": 8,
    "average_hundredths": 463,
    "grades": [
        {"grade": 5, "zh": "非常满意", "en": "very satisfied", "count": 6, "share_bp": 7500},
        {"grade": 4, "zh": "满意", "en": "satisfied", "count": 1, "share_bp": 1250},
        {"grade": 3, "zh": "基本满意", "en": "fairly satisfied", "count": 1, "share_bp": 1250},
        {"grade": 2, "zh": "不满意", "en": "dissatisfied", "count": 0, "share_bp": 0},
        {"grade": 1, "zh": "非常不满意", "en": "very dissatisfied", "count": 0, "share_bp": 0},
    ],
    "delivered": 11,
    "days_to_delivery_hundredths": 1836,
}
CITY: dict[str, Any] = {
    "city_code": "320300",
    "least_applicants": 3,
    "items": [
        _GROUP
        | {
            "item": "recognise-key-makerspace",
            "zh": "市重点众创空间认定",
            "en": "Recognition of a municipal key makerspace",
        }
    ],
    "total": _GROUP,
    "items_left_out": 1,
}
