"""Where a voucher stands, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    ISSUED = "issued"
    FROZEN = "frozen"
    USED_UP = "used_up"
    EXPIRED = "expired"
    VOIDED = "voided"


class Fact(StrEnum):
    """What happened to a voucher."""

    REDEEMED = "redeemed"
    SPENT = "spent"
    EXPIRED = "expired"
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    VOIDED = "voided"


MOVES: dict[Fact, Move[Status]] = {
    Fact.REDEEMED: move(Status.ISSUED, to=Status.ISSUED),
    Fact.SPENT: move(Status.ISSUED, to=Status.USED_UP),
    Fact.EXPIRED: move(Status.ISSUED, Status.FROZEN, to=Status.EXPIRED),
    Fact.FROZEN: move(Status.ISSUED, to=Status.FROZEN),
    Fact.UNFROZEN: move(Status.FROZEN, to=Status.ISSUED),
    Fact.VOIDED: move(Status.ISSUED, Status.FROZEN, to=Status.VOIDED),
}
