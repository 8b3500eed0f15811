"""Where an event of the calendar stands, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """A cancelled event that had been published stays visible, so that subscribers learn of it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Fact(StrEnum):
    """What happened to an event."""

    DRAFTED = "drafted"
    REDRAFTED = "redrafted"
    PUBLISHED = "published"
    REVISED = "revised"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


MOVES: dict[Fact, Move[Status]] = {
    Fact.REDRAFTED: move(Status.DRAFT, to=Status.DRAFT),
    Fact.PUBLISHED: move(Status.DRAFT, to=Status.PUBLISHED),
    Fact.REVISED: move(Status.PUBLISHED, to=Status.PUBLISHED),
    Fact.RESCHEDULED: move(Status.PUBLISHED, to=Status.PUBLISHED),
    Fact.CANCELLED: move(Status.DRAFT, Status.PUBLISHED, to=Status.CANCELLED),
}
