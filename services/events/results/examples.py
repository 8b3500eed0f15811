"""What results, prizes and what they lead to look like, for the documentation."""

from typing import Any

from services.events.competitions.examples import EDITION_ID, ENTRY_ID, ORGANISATION_ID, SERIES_ID
from services.events.judging.examples import ROUND_ID, SEAL, VERIFICATION

PRIZE_ID, OBJECTION_ID, BENEFIT_ID = (
    "prz_01m89wxxz5ehfrqcbh0xwd5yfh",
    "cob_01m89wxxzmeg8bykgczn967mf5",
    "pbn_01m89wxxrfe14rrhf4g4q47rst",
)
_WINNER: dict[str, Any] = {
    "entry_id": ENTRY_ID, "winner": "徐州众创科技有限公司", "project": "煤矿井下巡检机器人", "group": "growth",
    "place": 1, "grade": 1, "grade_zh": "一等奖", "score_hundredths": 8448,
}  # fmt: skip
RESULT: dict[str, Any] = {
    "edition_id": EDITION_ID, "title": {"zh": "2027年徐州科技创新创业大赛", "en": None}, "level": "municipal",
    "status": "on_notice", "noticed_on": "2027-06-01", "closes_on": "2027-06-08", "notice_provisional": False,
    "seal_sha256": SEAL, "winners": [_WINNER], "published_at": None,
}  # fmt: skip
ROUND_SEAL: dict[str, Any] = {
    "round_id": ROUND_ID, "round": "final", "seal_sha256": SEAL, "body": VERIFICATION["body"],
}  # fmt: skip
OBJECTION_IN: dict[str, Any] = {
    "entry_id": ENTRY_ID, "objector": "李某", "contact": "139****0000",
    "statement": "该项目核心专利不属于参赛企业。",
}  # fmt: skip
OBJECTION: dict[str, Any] = {
    "id": OBJECTION_ID, **OBJECTION_IN, "filed_at": "2027-06-02T02:00:00Z", "upheld": False,
    "opinion": "专利已于参赛前转让给该企业,异议不成立。", "answered_at": "2027-06-04T02:00:00Z",
    "withdrawn_at": None,
}  # fmt: skip
ANSWER_IN: dict[str, Any] = {"upheld": False, "opinion": "专利已于参赛前转让给该企业,异议不成立。"}
BENEFIT_IN: dict[str, Any] = {
    "programme": "contest.priority", "treasury": "city", "plan_project": "2027年市重点研发计划(智能装备)",
}  # fmt: skip
BENEFIT: dict[str, Any] = {
    "id": BENEFIT_ID, **BENEFIT_IN, "determination_id": "det_01m89wxy93e3tb0qqwt2hqtxh9",
    "granted_at": "2027-07-01T02:00:00Z",
}  # fmt: skip
PRIZE: dict[str, Any] = {
    "id": PRIZE_ID, "edition_id": EDITION_ID, "series_id": SERIES_ID, "series": "徐州科技创新创业大赛", "number": 1,
    "level": "municipal", "entry_id": ENTRY_ID, "organisation_id": ORGANISATION_ID, "winner": "徐州众创科技有限公司",
    "project": "煤矿井下巡检机器人", "group": "growth", "place": 1, "grade": 1, "grade_zh": "一等奖",
    "awarded_on": "2027-06-10", "seal_sha256": SEAL, "revoked_on": None, "benefits": [BENEFIT],
}  # fmt: skip
