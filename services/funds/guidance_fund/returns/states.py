"""Where money that comes back to the city stands."""

from enum import StrEnum

from kernel.moves import Move, move


class Kind(StrEnum):
    """What brought it: a distribution of the sub-fund, or the sale of the city's stake."""

    DISTRIBUTION = "distribution"
    STAKE_EXIT = "stake_exit"


class Status(StrEnum):
    """`withdrawn`: the sale of the stake did not come about."""

    DECLARED = "declared"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


MOVES: dict[Fact, Move[Status]] = {
    Fact.RECEIVED: move(Status.DECLARED, to=Status.RECEIVED),
    Fact.WITHDRAWN: move(Status.DECLARED, to=Status.WITHDRAWN),
}
