"""Where a registered loan stands, and what can happen to it."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`registered`: under cover and not paid out yet; `disbursed`: the borrower has the money."""

    REGISTERED = "registered"
    DISBURSED = "disbursed"
    REPAID = "repaid"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    """Facts of a loan's life, in the past tense."""

    DISBURSED = "disbursed"
    EXTENDED = "extended"
    REPAID = "repaid"
    WITHDRAWN = "withdrawn"


OVER = frozenset({Status.REPAID, Status.WITHDRAWN})
MOVES: dict[Fact, Move[Status]] = {
    Fact.DISBURSED: move(Status.REGISTERED, to=Status.DISBURSED),
    Fact.EXTENDED: move(Status.DISBURSED, to=Status.DISBURSED),
    Fact.REPAID: move(Status.DISBURSED, to=Status.REPAID),
    Fact.WITHDRAWN: move(Status.REGISTERED, to=Status.WITHDRAWN),
}
