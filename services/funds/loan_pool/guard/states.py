"""The life of a suspension: it stands, somebody proposes to lift it, and it ends by a second person or by cure."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    SUSPENDED = "suspended"
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"
    CURED = "cured"


class Fact(StrEnum):
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"
    CURED = "cured"


STANDING = frozenset({Status.SUSPENDED, Status.LIFT_PROPOSED})
MOVES: dict[Fact, Move[Status]] = {
    Fact.LIFT_PROPOSED: move(Status.SUSPENDED, to=Status.LIFT_PROPOSED),
    Fact.LIFTED: move(Status.LIFT_PROPOSED, to=Status.LIFTED),
    Fact.CURED: move(Status.SUSPENDED, Status.LIFT_PROPOSED, to=Status.CURED),
}
