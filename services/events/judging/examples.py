"""What judging looks like, for the documentation."""

from typing import Any

from services.events.competitions.examples import EDITION_ID, ENTRY_ID, ORGANISATION_ID

JUDGE_ID, ROUND_ID = "jdg_01m89wxxz5ehfrqcbh0xwd5yfh", "jrd_01m89wxxzmeg8bykgczn967mf5"
OTHER_JUDGE_ID = "jdg_01m89wxxrfe14rrhf4g4q47rst"
SEED, SEAL = "9f2b6c1de40a4d7b8a55c03f7e21b9d4", "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"
_POINTS = {"technology": 8550, "business_model": 8000, "market": 7925, "team": 9000}
JUDGE_IN: dict[str, Any] = {
    "name": "张某", "unit": "中国矿业大学", "field": "智能装备", "related_organisation_ids": [ORGANISATION_ID],
}  # fmt: skip
JUDGE: dict[str, Any] = {"id": JUDGE_ID, **JUDGE_IN, "is_available": True, "entered_at": "2027-03-01T02:00:00Z"}
DRAW_IN: dict[str, Any] = {
    "judge_ids": [JUDGE_ID, OTHER_JUDGE_ID],
    "declared": [{"judge_id": JUDGE_ID, "entry_id": ENTRY_ID}],
}
SHEET_IN: dict[str, Any] = {"entry_id": ENTRY_ID, "judge_id": OTHER_JUDGE_ID, "points": _POINTS, "reason": None}
RECUSAL_IN: dict[str, Any] = {"entry_id": ENTRY_ID, "judge_id": OTHER_JUDGE_ID, "reason": "曾任该企业顾问"}
ABSENCE_IN: dict[str, Any] = {"judge_id": OTHER_JUDGE_ID, "reason": "因病缺席"}
SEAT: dict[str, Any] = {
    "entry_id": ENTRY_ID, "judge_id": OTHER_JUDGE_ID, "status": "scored", "points": _POINTS, "corrections": [],
    "empty_reason": None, "scored_at": "2027-05-10T02:00:00Z",
}  # fmt: skip
ROUND: dict[str, Any] = {
    "id": ROUND_ID, "edition_id": EDITION_ID, "place": 0, "key": "desk", "status": "sealed", "seed": SEED,
    "order": [ENTRY_ID], "judges": [JUDGE_ID, OTHER_JUDGE_ID],
    "excluded": [{"judge_id": JUDGE_ID, "entry_id": ENTRY_ID, "reasons": ["declared_relation"]}],
    "drawn_at": "2027-05-08T02:00:00Z", "seal_sha256": SEAL, "sealed_at": "2027-05-12T02:00:00Z",
}  # fmt: skip
STANDING: dict[str, Any] = {
    "entry_id": ENTRY_ID, "group": "growth", "place": 1, "total": 2534375, "counted": 3, "score_hundredths": 8448,
    "decided_by": None,
}  # fmt: skip
VERIFICATION: dict[str, Any] = {
    "round_id": ROUND_ID, "seal_sha256": SEAL, "recomputed_sha256": SEAL, "is_same": True,
    "body": '{"edition":"' + EDITION_ID + '","entries":[],"round":"desk"}',
}  # fmt: skip
