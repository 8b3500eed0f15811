"""How a budget moves, in the words of an accountant. Pure."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, credit, debit
from services.funds.chart import Line


class Fact(StrEnum):
    APPROPRIATED = "budget.appropriated"
    ALLOTTED = "budget.allotted"


def budget_appropriated(
    line: Line, amount_fen: int, *, appropriation_id: UUID, determination_id: UUID | None, on: date
) -> Entry:
    """Authority is granted to the line; nothing can be used yet."""
    return Entry(Fact.APPROPRIATED, on, reference=appropriation_id, determination_id=determination_id, legs=[
        debit(line.authority, amount_fen),      credit(line.appropriated, amount_fen),
    ])  # fmt: skip


def budget_allotted(line: Line, amount_fen: int, *, allotment_id: UUID, on: date) -> Entry:
    """Authority becomes usable, and the treasury puts as much cash behind it."""
    return Entry(Fact.ALLOTTED, on, reference=allotment_id, legs=[
        debit(line.appropriated, amount_fen),   credit(line.allotted, amount_fen),

        debit(line.treasury, amount_fen),       credit(line.funding, amount_fen),
    ])  # fmt: skip
