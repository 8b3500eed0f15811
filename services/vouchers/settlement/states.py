"""The life of a statement: drawn up, shown in public, confirmed by a second person, paid by funds."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`withdrawn`, or confirmed and annulled by funds: what it listed waits for another statement."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


# What a second person let be paid stays so; more is found out, it is demanded back.
LET_BE_PAID = frozenset({Status.CONFIRMED, Status.PAID})


class Fact(StrEnum):
    """What happened to a statement."""

    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    PAID = "paid"
    RETURNED = "returned"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"


MOVES: dict[Fact, Move[Status]] = {
    Fact.PUBLISHED: move(Status.DRAFT, to=Status.PUBLISHED),
    Fact.CONFIRMED: move(Status.PUBLISHED, to=Status.CONFIRMED),
    Fact.PAID: move(Status.CONFIRMED, to=Status.PAID),
    Fact.RETURNED: move(Status.PAID, to=Status.CONFIRMED),
    Fact.ANNULLED: move(Status.CONFIRMED, to=Status.WITHDRAWN),
    Fact.WITHDRAWN: move(Status.DRAFT, Status.PUBLISHED, to=Status.WITHDRAWN),
}
