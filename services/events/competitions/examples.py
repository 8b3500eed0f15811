"""What competitions, editions and entries look like, for the documentation."""

from typing import Any

ORGANISATION_ID = "org_01k30dwg0070008000000000a1"
SERIES_ID, EDITION_ID = "cse_01m89wxxz5ehfrqcbh0xwd5yfh", "ced_01m89wxxzmeg8bykgczn967mf5"
ENTRY_ID = "cen_01m89wxy93e3tb0qqwt2hqtxh9"
SHA256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
SERIES_IN: dict[str, Any] = {
    "name": {"zh": "徐州科技创新创业大赛", "en": "Xuzhou science and start-up contest"},
    "duty": "hold_contests",
}
SERIES: dict[str, Any] = {"id": SERIES_ID, "entered_at": "2026-11-22T02:00:00Z", **SERIES_IN}
_CRITERIA: list[dict[str, Any]] = [
    {"key": "technology", "name": {"zh": "技术和产品", "en": "technology and product"}, "weight": 30},
    {"key": "business_model", "name": {"zh": "商业模式", "en": "business model"}, "weight": 25},
    {"key": "market", "name": {"zh": "市场", "en": "market"}, "weight": 25},
    {"key": "team", "name": {"zh": "团队", "en": "team"}, "weight": 20},
]
_DESK: dict[str, Any] = {
    "key": "desk", "name": {"zh": "初评", "en": "desk review"}, "criteria": _CRITERIA, "judges": 3, "judges_min": 3,
    "scoring": "mean", "advance": 10, "tie_break": ["technology", "submitted_first", "lot"],
}  # fmt: skip
_FINAL: dict[str, Any] = {
    "key": "final", "name": {"zh": "决赛", "en": "final"}, "criteria": _CRITERIA, "judges": 5, "judges_min": 5,
    "scoring": "trimmed_mean", "advance": None, "tie_break": ["technology", "market", "lot"],
}  # fmt: skip
_PRIZES = [{"grade": 1, "places": 1}, {"grade": 2, "places": 2}, {"grade": 3, "places": 3}]
_STARTUP: dict[str, Any] = {
    "key": "startup", "name": {"zh": "初创企业组", "en": "start-ups"}, "takes": "firms",
    "registered_since": "2026-01-01", "registered_until": None, "entries_max": 200, "prizes": _PRIZES,
}  # fmt: skip
_GROWTH = _STARTUP | {
    "key": "growth", "name": {"zh": "成长企业组", "en": "growing firms"}, "registered_since": None,
    "registered_until": "2025-12-31",
}  # fmt: skip
_WINDOW: dict[str, Any] = {
    "opens_at": "2027-03-01T01:00:00Z",
    "registration_closes_at": "2027-03-31T16:00:00Z",
    "submission_closes_at": "2027-04-15T16:00:00Z",
    "eligible_on": "2027-03-31",
    "wins_max": 2,
    "notice_working_days": 5,
    "groups": [_STARTUP, _GROWTH],
    "rounds": [_DESK, _FINAL],
}
_TITLE = {"zh": "2027年徐州科技创新创业大赛", "en": "Xuzhou science and start-up contest 2027"}
EDITION_IN: dict[str, Any] = {
    "series_id": SERIES_ID, "number": 1, "level": "municipal", "host_id": ORGANISATION_ID, "title": _TITLE, **_WINDOW,
}  # fmt: skip
EDITION: dict[str, Any] = {
    "id": EDITION_ID, "city_code": "320300", "series_id": SERIES_ID, "number": 1, "status": "open",
    "level": "municipal", "host": {"id": ORGANISATION_ID, "name": "徐州市科学技术局"}, "title": _TITLE, **_WINDOW,
    "opened_at": "2027-02-20T02:00:00Z", "now": "2027-03-02T02:00:00Z",
}  # fmt: skip
CHANGE_IN: dict[str, Any] = {
    "reason": "应参赛企业要求延长提交时间",
    "submission_closes_at": "2027-04-22T16:00:00Z",
    "entries_max": {"growth": 250},
}
CHANGE: dict[str, Any] = {
    "fact": "changed", "version": 3, "before": {"submission_closes_at": "2027-04-15T16:00:00Z"},
    "after": {"submission_closes_at": "2027-04-22T16:00:00Z"}, "reason": "应参赛企业要求延长提交时间",
    "changed_by": "person:officer-1", "occurred_at": "2027-04-10T02:00:00Z",
}  # fmt: skip
ENTRY_IN: dict[str, Any] = {
    "group": "growth", "project": "煤矿井下巡检机器人", "organisation_id": ORGANISATION_ID,
    "registered_on": "2024-05-20", "team_name": None,
}  # fmt: skip
SUBMISSION_IN: dict[str, Any] = {
    "summary": "防爆巡检机器人,已在两座矿井试用。",
    "documents": [{"name": "商业计划书.pdf", "sha256": SHA256}],
}
ATTACHMENT_IN: dict[str, Any] = {"organisation_id": ORGANISATION_ID, "registered_on": "2027-05-20"}
ENTRY: dict[str, Any] = {
    "id": ENTRY_ID, "edition_id": EDITION_ID, "number": 17, "group": "growth", "status": "admitted",
    "organisation_id": ORGANISATION_ID, "organisation_name": "徐州众创科技有限公司", "team_name": None,
    "project": "煤矿井下巡检机器人", "registered_on": "2024-05-20", "entered_at": "2027-03-02T02:00:00Z",
    "submission": SUBMISSION_IN, "submitted_at": "2027-04-01T02:00:00Z",
    "eligibility": {
        "eligible_on": "2027-03-31", "kind": "firm", "status": "active", "registered_on": "2024-05-20",
        "barred_reason": None, "wins": 0, "counted_with": [],
    },
    "reasons": [], "screened_at": "2027-04-20T02:00:00Z", "left_reason": None, "left_at": None,
}  # fmt: skip
