"""How budget goes back the way it came, in the words of an accountant. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, Leg, credit, debit
from services.funds.chart import Line


class Fact(StrEnum):
    ALLOTMENT_WITHDRAWN = "budget.allotment_withdrawn"
    APPROPRIATION_WITHDRAWN = "budget.appropriation_withdrawn"


def allotment_withdrawn(
    line: Line, amount_fen: int, *, withdrawal_id: UUID, approvals: Sequence[UUID], on: date
) -> Entry:
    """What nobody used is not allotted any more, and the treasury takes its cash back."""
    return _entry(Fact.ALLOTMENT_WITHDRAWN, withdrawal_id, approvals, on, [
        debit(line.allotted, amount_fen),       credit(line.appropriated, amount_fen),

        debit(line.funding, amount_fen),        credit(line.treasury, amount_fen),
    ])  # fmt: skip


def appropriation_withdrawn(
    line: Line, amount_fen: int, *, withdrawal_id: UUID, approvals: Sequence[UUID], on: date
) -> Entry:
    """Authority that was not allotted is no more."""
    return _entry(Fact.APPROPRIATION_WITHDRAWN, withdrawal_id, approvals, on, [
        debit(line.appropriated, amount_fen),   credit(line.authority, amount_fen),
    ])  # fmt: skip


def _entry(fact: Fact, withdrawal_id: UUID, approvals: Sequence[UUID], on: date, legs: Sequence[Leg]) -> Entry:
    return Entry(fact, on, legs, reference=withdrawal_id, approvals=tuple(approvals))
