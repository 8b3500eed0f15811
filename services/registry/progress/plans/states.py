"""The life of a yearly action plan: drafted, adopted by a second person, drafted anew when it is changed."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    DRAFT = "draft"
    ADOPTED = "adopted"


class Fact(StrEnum):
    REVISED = "revised"
    ADOPTED = "adopted"


MOVES: dict[Fact, Move[Status]] = {
    Fact.REVISED: move(Status.DRAFT, Status.ADOPTED, to=Status.DRAFT),
    Fact.ADOPTED: move(Status.DRAFT, to=Status.ADOPTED),
}
