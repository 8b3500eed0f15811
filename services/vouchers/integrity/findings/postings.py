"""A reversed redemption's way back through the sub-ledger. Pure."""

from datetime import date
from uuid import UUID

from ledger.entries import Entry, credit, debit
from services.vouchers.chart import TrancheBooks


def redemption_reversed(tranche_id: UUID, amount_fen: int, *, finding_id: UUID, on: date) -> Entry:
    """It counts as redeemed no more, and is on its way back from the books of funds."""
    books, fact = TrancheBooks(tranche_id), "voucher.redemption_reversed"
    return Entry(fact, on, reference=finding_id, legs=[
        debit(books.settled, amount_fen),        credit(books.returning, amount_fen),
    ])  # fmt: skip


def reversal_booked(tranche_id: UUID, amount_fen: int, *, finding_id: UUID, on: date) -> Entry:
    """Funds has it back under the tranche's control: it may be issued again."""
    books = TrancheBooks(tranche_id)
    return Entry("redemption.reversal_booked", on, reference=finding_id, legs=[
        debit(books.returning, amount_fen),      credit(books.unissued, amount_fen),
    ])  # fmt: skip
