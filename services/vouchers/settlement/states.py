"""The life of a statement: drawn up, shown in public, confirmed by a second person."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`withdrawn`: what it listed waits for another statement."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    """What happened to a statement."""

    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


MOVES: dict[Fact, Move[Status]] = {
    Fact.PUBLISHED: move(Status.DRAFT, to=Status.PUBLISHED),
    Fact.CONFIRMED: move(Status.PUBLISHED, to=Status.CONFIRMED),
    Fact.WITHDRAWN: move(Status.DRAFT, Status.PUBLISHED, to=Status.WITHDRAWN),
}
