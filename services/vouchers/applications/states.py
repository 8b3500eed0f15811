"""Where an application stands once the window has accepted it, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class Fact(StrEnum):
    """What is decided, once."""

    GRANTED = "granted"
    REFUSED = "refused"


MOVES: dict[Fact, Move[Status]] = {
    Fact.GRANTED: move(Status.WAITING, to=Status.GRANTED),
    Fact.REFUSED: move(Status.WAITING, to=Status.REFUSED),
}
