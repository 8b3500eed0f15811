"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

EXAMINATION: dict[str, Any] = {
    "id": "exa_01m8b6xdkfebpbztnpfr5t5mx9", "recognition_id": "rec_01m8b6xdavezr8b60ct3xnq832", "kind": "site_visit",
    "examined_on": "2026-09-01", "is_in_order": True, "found": {"seats": 64, "tenants": 24}, "papers": [],
    "opinion": "工位64个", "examined_by": "person:officer-2", "examined_at": "2026-09-01T02:00:00Z",
}  # fmt: skip
