"""Where an application stands once the window has accepted it, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """What its applicant promised did not come in time."""


class Fact(StrEnum):
    """What is decided, once; or that it lapsed undecided."""

    GRANTED = "granted"
    REFUSED = "refused"
    SUPPLEMENT_LAPSED = "supplement_lapsed"


MOVES: dict[Fact, Move[Status]] = {
    Fact.GRANTED: move(Status.WAITING, to=Status.GRANTED),
    Fact.REFUSED: move(Status.WAITING, to=Status.REFUSED),
    Fact.SUPPLEMENT_LAPSED: move(Status.WAITING, to=Status.LAPSED),
}
