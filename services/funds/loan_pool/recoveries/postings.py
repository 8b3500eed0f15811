"""How a recovery comes back into the pool, or the fund behind angel compensation. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, Leg, credit, debit
from services.funds.chart import Line


class Fact(StrEnum):
    RETURNED = "recovery.returned"
    ANGEL_RETURNED = "angel_recovery.returned"


def recovery_returned(
    line: Line,
    amount_fen: int,
    *,
    recovery_id: UUID,
    determination_id: UUID,
    case_id: UUID,
    on: date,
    fact: Fact = Fact.RETURNED,
    others: Sequence[Leg] = (),
) -> Entry:
    """The pool's share is cash again and can be used again; what was granted cost that much less.

    `others`: what other levels get back, for the record.
    """
    own = [
        debit(line.spent, amount_fen),      credit(line.allotted, amount_fen),

        debit(line.treasury, amount_fen),   credit(line.expense, amount_fen),
    ] if amount_fen else []  # fmt: skip
    return Entry(
        fact,
        on,
        [*own, *others],
        reference=recovery_id,
        determination_id=determination_id,
        case_id=case_id,
    )  # fmt: skip
