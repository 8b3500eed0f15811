"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

CONTACT: dict[str, Any] = {
    "id": "ctc_01m8b6qnjze24bt5a39bg9qc6s", "kind": "phone", "source": "applicant",
    "consent_reference": "授权书2026-018", "registered_at": "2026-09-01T02:00:00Z",
}  # fmt: skip
