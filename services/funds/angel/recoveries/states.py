"""What can happen to a recovery."""

from enum import StrEnum

from kernel.moves import Move, move


class AngelRecoveryStatus(StrEnum):
    """`reported` by the investor; `received` when the fund's share has arrived; `withdrawn`: taken back before."""

    REPORTED = "reported"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


MOVES: dict[Fact, Move[AngelRecoveryStatus]] = {
    Fact.RECEIVED: move(AngelRecoveryStatus.REPORTED, to=AngelRecoveryStatus.RECEIVED),
    Fact.WITHDRAWN: move(AngelRecoveryStatus.REPORTED, to=AngelRecoveryStatus.WITHDRAWN),
}
