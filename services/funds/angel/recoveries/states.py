"""What can happen to a recovery."""

from enum import StrEnum

from kernel.moves import Move, move


class AngelRecoveryStatus(StrEnum):
    """`reported` by the investor; `received` when the fund's share has arrived."""

    REPORTED = "reported"
    RECEIVED = "received"


class Fact(StrEnum):
    RECEIVED = "received"


MOVES: dict[Fact, Move[AngelRecoveryStatus]] = {
    Fact.RECEIVED: move(AngelRecoveryStatus.REPORTED, to=AngelRecoveryStatus.RECEIVED)
}
