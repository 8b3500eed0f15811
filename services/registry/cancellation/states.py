"""The life of a cancellation: cured in time, dropped, or decided; a cause nothing can cure is decided at once."""

from enum import StrEnum

from kernel.moves import Move, move


class Cause(StrEnum):
    """Why a recognition is to be taken away. A person decides on each, also where a machine counted."""

    CRITERIA_LOST = "criteria_lost"
    REPORTS_MISSED = "reports_missed"
    EVALUATION_FAILED = "evaluation_failed"
    FALSE_STATEMENT = "false_statement"
    OPERATOR_DISSOLVED = "operator_dissolved"
    SURRENDERED = "surrendered"


# A space may win back what it lost; it cannot undo a lie or a dissolution, and need not cure its own wish.
CURABLE = frozenset({Cause.CRITERIA_LOST, Cause.REPORTS_MISSED, Cause.EVALUATION_FAILED})


class Status(StrEnum):
    CURING = "curing"
    AWAITING_DECISION = "awaiting_decision"
    CURED = "cured"
    DROPPED = "dropped"
    CANCELLED = "cancelled"


class Fact(StrEnum):
    CURED = "cured"
    CURE_LAPSED = "cure_lapsed"
    DROPPED = "dropped"
    CANCELLED = "cancelled"


SETTLED = (Status.CURED, Status.DROPPED, Status.CANCELLED)
MOVES: dict[Fact, Move[Status]] = {
    Fact.CURED: move(Status.CURING, to=Status.CURED),
    Fact.CURE_LAPSED: move(Status.CURING, to=Status.AWAITING_DECISION),
    Fact.DROPPED: move(Status.CURING, Status.AWAITING_DECISION, to=Status.DROPPED),
    Fact.CANCELLED: move(Status.AWAITING_DECISION, to=Status.CANCELLED),
}
