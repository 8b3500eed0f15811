"""The life of a bar: one officer proposes it and another confirms, and so it is lifted before its time."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """Whether a bar in force still runs is told by its days."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"


class Fact(StrEnum):
    """What happened to a bar."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LIFT_PROPOSED = "lift_proposed"
    LIFT_DECLINED = "lift_declined"
    LIFTED = "lifted"


MOVES: dict[Fact, Move[Status]] = {
    Fact.CONFIRMED: move(Status.PROPOSED, to=Status.IN_FORCE),
    Fact.DECLINED: move(Status.PROPOSED, to=Status.DECLINED),
    Fact.LIFT_PROPOSED: move(Status.IN_FORCE, to=Status.LIFT_PROPOSED),
    Fact.LIFT_DECLINED: move(Status.LIFT_PROPOSED, to=Status.IN_FORCE),
    Fact.LIFTED: move(Status.LIFT_PROPOSED, to=Status.LIFTED),
}
CONFIRMED = (Status.IN_FORCE, Status.LIFT_PROPOSED, Status.LIFTED)
