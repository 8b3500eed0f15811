"""The life of one carrier's report for one period. A correction is a new revision: what was handed in stays."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`missed`: the last day has passed and nothing came. `returned`: an officer wants it corrected."""

    EXPECTED = "expected"
    MISSED = "missed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


WAITING = (Status.EXPECTED, Status.MISSED, Status.RETURNED)


class Fact(StrEnum):
    SUBMITTED = "submitted"
    MISSED = "missed"
    RETURNED = "returned"
    ACCEPTED = "accepted"


MOVES: dict[Fact, Move[Status]] = {
    Fact.SUBMITTED: move(*Status, to=Status.SUBMITTED),
    Fact.MISSED: move(Status.EXPECTED, to=Status.MISSED),
    Fact.RETURNED: move(Status.SUBMITTED, Status.ACCEPTED, to=Status.RETURNED),
    Fact.ACCEPTED: move(Status.SUBMITTED, to=Status.ACCEPTED),
}
