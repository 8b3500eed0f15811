"""A voided voucher in the sub-ledger. Pure."""

from datetime import date
from uuid import UUID

from ledger.entries import Entry, credit, debit
from services.vouchers.chart import TrancheBooks


def voucher_voided(tranche_id: UUID, returned_fen: int, *, voucher_id: UUID, on: date) -> Entry:
    """What was not used may be issued again, at once."""
    books = TrancheBooks(tranche_id)
    return Entry("voucher.voided", on, reference=voucher_id, legs=[
        debit(books.issued, returned_fen),   credit(books.unissued, returned_fen),
    ])  # fmt: skip
