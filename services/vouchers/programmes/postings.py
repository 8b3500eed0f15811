"""How a tranche enters the sub-ledger. Pure."""

from datetime import date
from uuid import UUID

from ledger.entries import Entry, credit, debit
from services.vouchers.chart import TrancheBooks


def tranche_opened(tranche_id: UUID, amount_fen: int, *, on: date) -> Entry:
    """Vouchers may be issued up to the amount."""
    books = TrancheBooks(tranche_id)
    return Entry("tranche.opened", on, reference=tranche_id, legs=[
        debit(books.allotment, amount_fen),   credit(books.unissued, amount_fen),
    ])  # fmt: skip
