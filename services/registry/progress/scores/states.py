"""The life of an assessment score: proposed, confirmed by a second person, or withdrawn before that."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


MOVES: dict[Fact, Move[Status]] = {
    Fact.CONFIRMED: move(Status.PROPOSED, to=Status.CONFIRMED),
    Fact.WITHDRAWN: move(Status.PROPOSED, to=Status.WITHDRAWN),
}
