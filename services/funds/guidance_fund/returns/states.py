"""Where money that comes back to the city stands."""

from enum import StrEnum

from kernel.moves import Move, move


class Kind(StrEnum):
    """What brought it: a distribution of the sub-fund, or the sale of the city's stake."""

    DISTRIBUTION = "distribution"
    STAKE_EXIT = "stake_exit"


class Status(StrEnum):
    DECLARED = "declared"
    RECEIVED = "received"


class Fact(StrEnum):
    RECEIVED = "received"


MOVES: dict[Fact, Move[Status]] = {Fact.RECEIVED: move(Status.DECLARED, to=Status.RECEIVED)}
