"""Vouchers in the books: a tranche is an encumbrance with an account of its own. Pure."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, credit, debit
from services.funds.chart import Line


class Fact(StrEnum):
    ALLOTTED = "tranche.allotted"
    REDEEMED = "voucher.redeemed"


def tranche_allotted(line: Line, amount_fen: int, *, tranche_id: UUID, on: date) -> Entry:
    """Available budget moves under the tranche's control: vouchers may be issued up to it."""
    return Entry(Fact.ALLOTTED, on, reference=tranche_id, legs=[
        debit(line.allotted, amount_fen),               credit(line.tranche(tranche_id), amount_fen),
    ])  # fmt: skip


def voucher_redeemed(
    line: Line, amount_fen: int, *, tranche_id: UUID, redemption_id: UUID, provider_id: UUID, case_id: UUID | None,
    on: date,
) -> Entry:  # fmt: skip
    """The provider is owed the amount; the encumbrance leaves the tranche and waits for the provider's payment."""
    return Entry(Fact.REDEEMED, on, reference=redemption_id, case_id=case_id, legs=[
        debit(line.tranche(tranche_id), amount_fen),    credit(line.encumbered, amount_fen),

        debit(line.expense, amount_fen),                credit(line.payable(provider_id), amount_fen),
    ])  # fmt: skip
