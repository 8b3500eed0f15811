"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

CHANGE: dict[str, Any] = {
    "fact": "drafted", "version": 1, "changed_by": "person:officer-1", "occurred_at": "2026-11-26T05:59:27Z",
}  # fmt: skip
