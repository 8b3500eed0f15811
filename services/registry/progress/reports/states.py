"""The life of a report: handed in, sent back as often as needed, accepted."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Fact(StrEnum):
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"


MOVES: dict[Fact, Move[Status]] = {
    Fact.RETURNED: move(Status.SUBMITTED, to=Status.RETURNED),
    Fact.RESUBMITTED: move(Status.RETURNED, to=Status.SUBMITTED),
    Fact.ACCEPTED: move(Status.SUBMITTED, to=Status.ACCEPTED),
}
