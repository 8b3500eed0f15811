"""Answers as the running services gave them, with times and cities made plain."""

from typing import Any

BOOKING: dict[str, Any] = {
    "id": "bkg_01m8b6kabdesm93ssytqdggme5", "slot_id": "slot_01m8b6ka18ehmta0pfetz1aaed",
    "carrier_id": "car_01m8b6k9nne3gr021yky8fxw99", "mentee_id": "org_01m8b6k9ase639whczjp9swkx7",
    "topic": "天使轮融资准备", "booked_at": "2026-09-01T02:00:01Z", "cancelled_at": None,
}  # fmt: skip
