"""Where a manager's report stands."""

from enum import StrEnum

from kernel.moves import Move, move


class Kind(StrEnum):
    QUARTER = "quarter"
    YEAR = "year"


class Status(StrEnum):
    EXPECTED = "expected"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"


class Fact(StrEnum):
    OVERDUE = "overdue"
    SUBMITTED = "submitted"


MOVES: dict[Fact, Move[Status]] = {
    Fact.OVERDUE: move(Status.EXPECTED, to=Status.OVERDUE),
    Fact.SUBMITTED: move(Status.EXPECTED, Status.OVERDUE, to=Status.SUBMITTED),
}
