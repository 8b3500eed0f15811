"""What other levels than the one that pays bear of a loss, for the record: each on accounts of its own. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from ledger.entries import Entry, Leg, credit, debit
from services.funds.chart import Line, PayerLevel

PUBLIC: tuple[PayerLevel, ...] = ("city", "district", "province")


class Fact(StrEnum):
    SHARED = "loss_claim.shared"


def other_levels(line: Line, layers_fen: Mapping[str, int]) -> dict[Line, int]:
    """What each public level beside the paying one has of a split amount, by its own line of the same fund and year."""
    return {
        Line(line.fund, line.policy_year, level): layers_fen[level]
        for level in PUBLIC
        if level != line.payer_level and layers_fen.get(level, 0) > 0
    }


def loss_shared(shares: Mapping[Line, int], *, bank_id: UUID, on: date, **lineage: Any) -> Entry:
    """The claim is approved: each level bears its part and owes it to the bank, out of its own treasury."""
    return Entry(Fact.SHARED, on, [leg for line, fen in shares.items() for leg in _legs(line, fen, bank_id)], **lineage)


def share_recovered(shares: Mapping[Line, int], *, bank_id: UUID) -> list[Leg]:
    """A recovery: each level bore that much less in the end."""
    return [leg for line, fen in shares.items() for leg in (debit(line.owed(bank_id), fen), credit(line.borne, fen))]


def _legs(line: Line, fen: int, bank_id: UUID) -> tuple[Leg, Leg]:
    return debit(line.borne, fen), credit(line.owed(bank_id), fen)
