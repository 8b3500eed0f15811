"""How money demanded back is booked, in the words of an accountant. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, Leg, credit, debit
from services.funds.chart import Line


class Fact(StrEnum):
    UPHELD = "clawback.upheld"
    RECEIVED = "clawback.received"
    SET_OFF = "clawback.set_off"
    WRITTEN_OFF = "clawback.written_off"


@dataclass(frozen=True, slots=True)
class Debt:
    """What a payee has to pay back to the line that paid. `clawback_id` is every entry's reference."""

    clawback_id: UUID
    line: Line
    payee_id: UUID
    determination_id: UUID | None
    case_id: UUID | None
    approvals: Sequence[UUID] = ()


def clawback_upheld(debt: Debt, amount_fen: int, *, on: date) -> Entry:
    """It was decided: the payee owes it, and the grant cost that much less."""
    line = debt.line
    return _entry(Fact.UPHELD, debt, on, [
        debit(line.receivable(debt.payee_id), amount_fen),      credit(line.expense, amount_fen),
    ])  # fmt: skip


def clawback_received(debt: Debt, amount_fen: int, *, on: date) -> Entry:
    """The money is in: cash again, and budget that can be used again."""
    line = debt.line
    return _entry(Fact.RECEIVED, debt, on, [
        debit(line.spent, amount_fen),          credit(line.allotted, amount_fen),

        debit(line.treasury, amount_fen),       credit(line.receivable(debt.payee_id), amount_fen),
    ])  # fmt: skip


def clawback_set_off(debt: Debt, amount_fen: int, *, paying: Line, payee_id: UUID, on: date) -> Entry:
    """A coming payment of `paying` is settled with the debt, as if the money went and came back.

    `payee_id` is paid, and owes the debt: itself, or as one with whom the debtor merged.
    """
    owed, due = debt.line.receivable(debt.payee_id), paying.payable(payee_id)
    if paying == debt.line:
        return _entry(Fact.SET_OFF, debt, on, [
            debit(paying.encumbered, amount_fen),   credit(paying.allotted, amount_fen),

            debit(due, amount_fen),                 credit(owed, amount_fen),
        ])  # fmt: skip
    line = debt.line
    return _entry(Fact.SET_OFF, debt, on, [
        debit(paying.encumbered, amount_fen),       credit(paying.spent, amount_fen),

        debit(due, amount_fen),                     credit(paying.treasury, amount_fen),

        debit(line.spent, amount_fen),              credit(line.allotted, amount_fen),

        debit(line.treasury, amount_fen),           credit(owed, amount_fen),
    ])  # fmt: skip


def clawback_written_off(debt: Debt, amount_fen: int, *, on: date) -> Entry:
    """It never comes: two people say so, and it is a loss of the line."""
    line = debt.line
    return _entry(Fact.WRITTEN_OFF, debt, on, [
        debit(line.written_off, amount_fen),    credit(line.receivable(debt.payee_id), amount_fen),
    ])  # fmt: skip


def _entry(fact: Fact, debt: Debt, on: date, legs: Sequence[Leg]) -> Entry:
    return Entry(
        fact,
        on,
        legs,
        reference=debt.clawback_id,
        determination_id=debt.determination_id,
        case_id=debt.case_id,
        approvals=tuple(debt.approvals),
    )
