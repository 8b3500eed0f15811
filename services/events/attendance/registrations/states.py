"""Where a registration stands, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """An offered registration holds its seats until the offer lapses; a waiting one holds none."""

    REGISTERED = "registered"
    WAITING = "waiting"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Fact(StrEnum):
    """What happens to a registration once there is one."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    TAKEN_IN = "taken_in"


MOVES: dict[Fact, Move[Status]] = {
    Fact.OFFERED: move(Status.WAITING, to=Status.OFFERED),
    Fact.ACCEPTED: move(Status.OFFERED, to=Status.REGISTERED),
    Fact.LAPSED: move(Status.OFFERED, to=Status.LAPSED),
    Fact.TAKEN_IN: move(Status.WAITING, Status.OFFERED, to=Status.REGISTERED),
    Fact.WITHDRAWN: move(Status.REGISTERED, Status.WAITING, Status.OFFERED, to=Status.WITHDRAWN),
}
STANDING = (Status.REGISTERED, Status.WAITING, Status.OFFERED)
SEATED = (Status.REGISTERED, Status.OFFERED)
