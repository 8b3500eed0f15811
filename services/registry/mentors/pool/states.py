"""The life of an entry in the pool: applied for, admitted or refused, ended."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    APPLIED = "applied"
    ADMITTED = "admitted"
    REFUSED = "refused"
    ENDED = "ended"


class Fact(StrEnum):
    ADMITTED = "admitted"
    REFUSED = "refused"
    RENEWED = "renewed"
    ENDED = "ended"


MOVES: dict[Fact, Move[Status]] = {
    Fact.ADMITTED: move(Status.APPLIED, to=Status.ADMITTED),
    Fact.REFUSED: move(Status.APPLIED, to=Status.REFUSED),
    Fact.RENEWED: move(Status.ADMITTED, to=Status.ADMITTED),
    Fact.ENDED: move(Status.ADMITTED, to=Status.ENDED),
}
