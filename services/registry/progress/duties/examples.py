"""What the answers look like, from a run of the story."""

from typing import Any

CALENDAR: dict[str, Any] = {
    "city_code": "330400", "since": "2016-01-01", "until": "2026-12-31",
    "items": [
        {
            "duty": "report_yearly_departments", "zh": "市级有关部门报送年度工作总结",
            "en": "departments of the city hand in the annual report", "role": "municipal_departments",
            "department": "市级有关部门", "clauses": ["JX-37"], "starts_on": "2015-01-01", "ends_on": "2015-12-31",
            "due_on": "2016-01-29", "provisional": False, "calendar_version": "4f2906d95035", "told_as": None,
        },
    ],
    "without_day": [
        {
            "duty": "assess_leaders", "zh": "众创空间列入党政领导目标责任制考核",
            "en": "assess leaders on makerspaces", "role": "municipal_government", "clauses": ["JX-36"],
            "rhythm": "standing", "open_parameters": [],
        },
    ],
}  # fmt: skip
DUTY_DAY: dict[str, Any] = {
    "id": "duty_01m8b72zbzecqa01r42hxqvg2s", "duty": "report_yearly_localities", "role": "county_governments",
    "starts_on": "2026-01-01", "ends_on": "2026-12-31", "first_due_on": "2027-01-29", "due_on": "2027-02-01",
    "provisional": False, "calendar_version": "later", "told_at": "2026-09-01T02:00:00Z",
}  # fmt: skip
CIRCULATION_LINE: dict[str, Any] = {
    "reporter": "海宁市人民政府", "state": "in_time", "status": "submitted", "submitted_at": "2027-01-04T02:00:00Z",
}  # fmt: skip
