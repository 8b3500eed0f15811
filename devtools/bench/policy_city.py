"""The city whose policy is measured: Xuzhou with everything set that the demonstration sets."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import cycle, islice
from typing import Any

from devtools.demo.script import read_script
from kernel.ids import new_id
from policy.determinations import Question
from policy.loader import load_pack
from policy.snapshots import Acceptance, Setting, Snapshot, first_snapshot

CITY, PACK = "320300", "xuzhou"
SET_ON = datetime(2026, 1, 2, 2, tzinfo=UTC)
ACCEPTED = Acceptance(date(2026, 9, 1), datetime(2026, 9, 1, 2, tzinfo=UTC))
CARRIER = {"floor_area": 1200, "seats": 80, "operating_months": 30, "full_time_staff": 5, "mentors": 6}
CLAIM = {
    "registered_principal_fen": 200_000_000, "outstanding_interest_fen": 0, "recovered_fen": 0,
    "registered_on": "2025-06-01", "due_on": "2026-06-01", "lodged_on": "2026-09-01",
    "documents": ["claim_application", "loan_contract", "disbursement_voucher"],
}  # fmt: skip
MUNICIPAL_AWARD = [{"level": "municipal", "amount_fen": 30_000_000}]


def settable() -> list[str]:
    """What the demonstration sets and the pack leaves to an operator."""
    parameters = load_pack(PACK).parameters
    return [name for name in read_script().values if name in parameters and parameters[name].status != "stated"]


def a_snapshot() -> Snapshot:
    """The pack and the values, known since the beginning of the year."""
    values = {name: read_script().values[name].value for name in settable()}
    settings = [
        Setting(
            parameter=name,
            value=tuple(value) if isinstance(value, list) else value,
            effective_on=SET_ON.date(),
            recorded_at=SET_ON,
            reason="bench",
            set_by="person:operator-1",
            approved_by="person:officer-2",
        )
        for name, value in values.items()
    ]
    return first_snapshot(CITY, load_pack(PACK)).with_settings(settings)


def questions(many: int) -> list[Question]:
    """Recognitions met and missed, awards and rises, claims: each with facts and an id of its own."""
    kinds = islice(cycle(_kinds()), many)
    return [
        Question(new_id(), programme, act, {**facts, fact: first + number % 40}, ACCEPTED, {"case": f"case-{number}"})
        for number, (programme, act, facts, fact, first) in enumerate(kinds)
    ]


def _kinds() -> Iterator[tuple[str, str, dict[str, Any], str, int]]:
    """Programme, act, facts, and the fact that differs from question to question, from a first value up."""
    key = CARRIER | {"carrier_kind": "makerspace", "level": "municipal"}
    award = {"carrier_kind": "makerspace", "designation": "key"}
    yield "recognition.key_makerspace", "recognise", key, "tenants", 0
    yield "award.recognition", "award", award | {"level": "municipal", "earlier_awards": []}, "seats", 1
    yield "award.recognition", "award", award | {"level": "provincial", "earlier_awards": MUNICIPAL_AWARD}, "seats", 1
    yield "loan_pool.transformation", "pay_claim", CLAIM, "outstanding_principal_fen", 100_000_000
