"""The life of an ending, and of its undoing: proposed by one person, confirmed or withdrawn by another.

A deregistration by which nothing is lost is recorded at once.
"""

from enum import StrEnum

from kernel.moves import Move, move


class Kind(StrEnum):
    """`deregistration`: it no longer exists in law. `merger`: it is part of another organisation.

    `restoration`: it exists again: the deregistration was a mistake or was revoked, or it came back to the city.
    """

    DEREGISTRATION = "deregistration"
    MERGER = "merger"
    RESTORATION = "restoration"


class Cause(StrEnum):
    """Why an organisation was deregistered."""

    DISSOLVED = "dissolved"
    BANKRUPT = "bankrupt"
    LICENCE_REVOKED = "licence_revoked"
    MOVED_AWAY = "moved_away"
    OTHER = "other"


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
