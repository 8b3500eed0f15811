"""How a granted amount is committed, paid and taken back. The same two entries for every kind of payment. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, Leg, credit, debit, reversal
from services.funds.chart import Line


class Fact(StrEnum):
    COMMITTED = "payment.committed"
    SETTLED = "payment.settled"
    RETURNED = "payment.returned"
    CANCELLED = "payment.cancelled"


@dataclass(frozen=True, slots=True)
class Payment:
    """What is posted about: an order with its lineage. `order_id` is every entry's reference.

    `to_transfer_fen` is what the bank pays: the amount less what was set off before.
    """

    order_id: UUID
    line: Line
    payee_id: UUID
    amount_fen: int
    to_transfer_fen: int
    determination_id: UUID | None
    case_id: UUID | None
    approvals: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Booking:
    """Codes of accounts of the payment's line: where the amount is encumbered from, and what it is charged to.

    None: out of what is allotted, and a grant's expense. A stake was pledged before, and is an asset.
    """

    pledged: str | None = None
    charged: str | None = None


SPENT_OUTRIGHT = Booking()


def payment_committed(payment: Payment, *, on: date, booking: Booking = SPENT_OUTRIGHT) -> Entry:
    """The second person approved: the budget is encumbered and the payee is owed the amount."""
    return _entry(Fact.COMMITTED, payment, on, _committed_legs(payment, payment.amount_fen, booking))


def payment_cancelled(payment: Payment, *, committed_entry_id: UUID, reason: str, on: date) -> Entry:
    """It is owed no more: what was not set off yet goes back to the allotment, and the grant is none."""
    return reversal(
        _committed_legs(payment, payment.to_transfer_fen, SPENT_OUTRIGHT),
        of=committed_entry_id,
        fact=Fact.CANCELLED,
        effective_on=on,
        reason=_one_line(reason),
        reference=payment.order_id,
        case_id=payment.case_id,
        approvals=payment.approvals,
    )


def _committed_legs(payment: Payment, amount_fen: int, booking: Booking) -> list[Leg]:
    line = payment.line
    pledged, charged = booking.pledged or line.allotted, booking.charged or line.expense
    return [
        debit(pledged, amount_fen),                 credit(line.encumbered, amount_fen),

        debit(charged, amount_fen),                 credit(line.payable(payment.payee_id), amount_fen),
    ]  # fmt: skip


def payment_settled(payment: Payment, *, on: date) -> Entry:
    """The bank paid: the encumbrance becomes expenditure, the debt is discharged in cash."""
    return _entry(Fact.SETTLED, payment, on, _settled_legs(payment))


def payment_returned(payment: Payment, *, settled_entry_id: UUID, reason: str, on: date) -> Entry:
    """The money came back: the settlement is reversed, the debt and its encumbrance stand again."""
    return reversal(
        _settled_legs(payment),
        of=settled_entry_id,
        fact=Fact.RETURNED,
        effective_on=on,
        reason=_one_line(reason),
        reference=payment.order_id,
        case_id=payment.case_id,
        approvals=payment.approvals,
    )


def _settled_legs(payment: Payment) -> list[Leg]:
    line, amount_fen = payment.line, payment.to_transfer_fen
    return [
        debit(line.encumbered, amount_fen),                     credit(line.spent, amount_fen),

        debit(line.payable(payment.payee_id), amount_fen),      credit(line.treasury, amount_fen),
    ]  # fmt: skip


def _entry(fact: Fact, payment: Payment, on: date, legs: Sequence[Leg]) -> Entry:
    return Entry(
        fact,
        on,
        legs,
        reference=payment.order_id,
        determination_id=payment.determination_id,
        case_id=payment.case_id,
        approvals=payment.approvals,
    )


def _one_line(reason: str) -> str:
    """People and banks give reasons of several lines; in the journal each is one."""
    return " ".join(reason.split())
