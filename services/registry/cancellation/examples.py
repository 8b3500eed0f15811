"""What the answers look like, from a run of the story."""

from typing import Any

CANCELLATION: dict[str, Any] = {
    "id": "can_01m89wy0bje669n3am2t9jft9a", "recognition_id": "rec_01m8b6p9qteqavdm5ve5z1zc9b",
    "cause": "criteria_lost", "statement": "连续六个月入驻企业不足认定条件", "clauses": ["XZ-39"],
    "status": "cancelled", "opened_by": "person:officer-1", "opened_at": "2026-09-09T02:00:00Z",
    "cure_by": "2026-10-20", "cure_provisional": False, "evidence": None, "settled_on": "2026-10-21",
    "settled_by": "person:officer-2", "settled_at": "2026-10-21T02:00:00Z", "opinion": "整改期满仍未整改",
}  # fmt: skip
