"""Where a manager's report stands."""

from datetime import timedelta
from enum import StrEnum

from kernel.moves import Move, move


class Kind(StrEnum):
    QUARTER = "quarter"
    YEAR = "year"


# The months of the calendar in which a period of each kind begins.
FIRST_MONTHS = {Kind.QUARTER: range(1, 13, 3), Kind.YEAR: range(1, 2)}
LONGER_THAN_A_MONTH = timedelta(days=32)


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
