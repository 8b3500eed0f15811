"""Where an investor or a project stands before anything is invested."""

from enum import StrEnum

from kernel.moves import Move, move


class Kind(StrEnum):
    """What is registered: who invests, or what is invested in."""

    INVESTOR = "investor"
    PROJECT = "project"


class Status(StrEnum):
    UNDER_REVIEW = "under_review"
    REGISTERED = "registered"
    REFUSED = "refused"


class Fact(StrEnum):
    REGISTERED = "registered"
    REFUSED = "refused"


MOVES: dict[Fact, Move[Status]] = {
    Fact.REGISTERED: move(Status.UNDER_REVIEW, to=Status.REGISTERED),
    Fact.REFUSED: move(Status.UNDER_REVIEW, to=Status.REFUSED),
}
