"""Vouchers in the books: a tranche is an encumbrance with an account of its own. Pure."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, Leg, credit, debit, reversal
from services.funds.chart import Line


class Fact(StrEnum):
    ALLOTTED = "tranche.allotted"
    REDEEMED = "voucher.redeemed"
    REVERSED = "voucher.redemption_reversed"


def tranche_allotted(line: Line, amount_fen: int, *, tranche_id: UUID, on: date) -> Entry:
    """Available budget moves under the tranche's control: vouchers may be issued up to it."""
    return Entry(Fact.ALLOTTED, on, reference=tranche_id, legs=[
        debit(line.allotted, amount_fen),               credit(line.tranche(tranche_id), amount_fen),
    ])  # fmt: skip


def voucher_redeemed(
    line: Line, amount_fen: int, *, tranche_id: UUID, redemption_id: UUID, provider_id: UUID, case_id: UUID | None,
    determination_id: UUID | None, on: date,
) -> Entry:  # fmt: skip
    """The provider is owed the amount; the encumbrance leaves the tranche and waits for the provider's payment."""
    legs = _redeemed_legs(line, amount_fen, tranche_id=tranche_id, provider_id=provider_id)
    return Entry(Fact.REDEEMED, on, legs, reference=redemption_id, determination_id=determination_id, case_id=case_id)


def redemption_reversed(
    line: Line, amount_fen: int, *, tranche_id: UUID, finding_id: UUID, provider_id: UUID, booked_entry_id: UUID,
    reason: str, on: date,
) -> Entry:  # fmt: skip
    """It is owed no more: the encumbrance is back under the tranche's control, and the grant is none."""
    return reversal(
        _redeemed_legs(line, amount_fen, tranche_id=tranche_id, provider_id=provider_id),
        of=booked_entry_id,
        fact=Fact.REVERSED,
        effective_on=on,
        reason=reason,
        reference=finding_id,
    )


def _redeemed_legs(line: Line, amount_fen: int, *, tranche_id: UUID, provider_id: UUID) -> list[Leg]:
    return [
        debit(line.tranche(tranche_id), amount_fen),    credit(line.encumbered, amount_fen),

        debit(line.expense, amount_fen),                credit(line.payable(provider_id), amount_fen),
    ]  # fmt: skip
