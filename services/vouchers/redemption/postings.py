"""A redemption's way through the sub-ledger. Pure."""

from datetime import date
from uuid import UUID

from ledger.entries import Entry, credit, debit
from services.vouchers.chart import TrancheBooks


def voucher_redeemed(
    tranche_id: UUID, amount_fen: int, *, redemption_id: UUID, determination_id: UUID, case_id: UUID | None, on: date
) -> Entry:
    """On its way to the control account, which funds keeps."""
    books, fact = TrancheBooks(tranche_id), "voucher.redeemed"
    return Entry(fact, on, reference=redemption_id, determination_id=determination_id, case_id=case_id, legs=[
        debit(books.issued, amount_fen),       credit(books.in_transit, amount_fen),
    ])  # fmt: skip


def redemption_booked(tranche_id: UUID, amount_fen: int, *, redemption_id: UUID, on: date) -> Entry:
    """Funds has it in its own books."""
    books = TrancheBooks(tranche_id)
    return Entry("redemption.booked", on, reference=redemption_id, legs=[
        debit(books.in_transit, amount_fen),   credit(books.settled, amount_fen),
    ])  # fmt: skip
