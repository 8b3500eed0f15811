"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

PANEL: dict[str, Any] = {
    "id": "pan_01m8b6x9hmes4vsz0yqdzhtg75", "recognition_id": "rec_01m8b6x97qenkrbkgmx47ah4nb", "status": "closed",
    "size": 3, "seed": "dccd34be253523ca8b7c0a6d8f1228ff", "criteria": ["floor_area"], "points_max": 20,
    "pass_mark": 60, "excluded": [],
    "seats": [
        {
            "expert_id": "exp_01m8b6x9bne6x81870e9y9ftn3", "place": 0, "status": "scored",
            "points": {"floor_area": 16},
            "scored_at": "2026-09-01T02:00:01Z",
        },
    ],
    "convened_by": "person:officer-2", "convened_at": "2026-09-01T02:00:01Z", "result": 54, "is_passed": False,
    "closed_at": "2026-09-01T02:00:01Z",
}  # fmt: skip
