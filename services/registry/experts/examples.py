"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

EXPERT: dict[str, Any] = {
    "id": "exp_01m8b6x5sjea2b78zrcy846bew", "name": "张某", "unit": "中国矿业大学", "field": "孵化器运营",
    "related_organisation_ids": ["org_01m8b6x5ccexcve44ef8fbz0mv"], "is_available": True,
    "entered_at": "2026-09-01T02:00:00Z",
}  # fmt: skip
