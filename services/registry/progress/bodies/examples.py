"""What the answers look like, from a run of the story."""

from typing import Any

SEAT: dict[str, Any] = {
    "id": "seat_01m8b7327zech80879vame7gyg", "post": "chair", "title": "分管副市长", "role": None,
    "since_on": "2015-12-01", "ended_on": None,
}  # fmt: skip
