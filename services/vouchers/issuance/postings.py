"""Issue and expiry in the sub-ledger. Pure."""

from datetime import date
from uuid import UUID

from ledger.entries import Entry, credit, debit
from services.vouchers.chart import TrancheBooks


def voucher_issued(
    tranche_id: UUID, face_fen: int, *, voucher_id: UUID, determination_id: UUID, case_id: UUID | None, on: date
) -> Entry:
    """The face value is encumbered: nobody else can be issued it."""
    books = TrancheBooks(tranche_id)
    return Entry("voucher.issued", on, reference=voucher_id, determination_id=determination_id, case_id=case_id, legs=[
        debit(books.unissued, face_fen),   credit(books.issued, face_fen),
    ])  # fmt: skip


def voucher_expired(tranche_id: UUID, lapsed_fen: int, *, voucher_id: UUID, on: date) -> Entry:
    """What was not used may be issued again."""
    books = TrancheBooks(tranche_id)
    return Entry("voucher.expired", on, reference=voucher_id, legs=[
        debit(books.issued, lapsed_fen),   credit(books.unissued, lapsed_fen),
    ])  # fmt: skip
