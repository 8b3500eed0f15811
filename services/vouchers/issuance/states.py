"""Where a voucher stands, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    ISSUED = "issued"
    USED_UP = "used_up"
    EXPIRED = "expired"


class Fact(StrEnum):
    """What happened to a voucher."""

    REDEEMED = "redeemed"
    SPENT = "spent"
    EXPIRED = "expired"


MOVES: dict[Fact, Move[Status]] = {
    Fact.REDEEMED: move(Status.ISSUED, to=Status.ISSUED),
    Fact.SPENT: move(Status.ISSUED, to=Status.USED_UP),
    Fact.EXPIRED: move(Status.ISSUED, to=Status.EXPIRED),
}
