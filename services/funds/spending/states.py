"""The life of a report on what bound money was spent on."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`overdue`: its last day has passed; `short`: too little went to the bound use, the rest is demanded back."""

    EXPECTED = "expected"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    IN_ORDER = "in_order"
    SHORT = "short"


class Fact(StrEnum):
    MISSED = "missed"
    SUBMITTED = "submitted"
    FOUND_IN_ORDER = "found_in_order"
    FOUND_SHORT = "found_short"


MOVES: dict[Fact, Move[Status]] = {
    Fact.MISSED: move(Status.EXPECTED, to=Status.OVERDUE),
    # A report that nobody checked yet may be handed in again, whole.
    Fact.SUBMITTED: move(Status.EXPECTED, Status.OVERDUE, Status.SUBMITTED, to=Status.SUBMITTED),
    Fact.FOUND_IN_ORDER: move(Status.SUBMITTED, to=Status.IN_ORDER),
    Fact.FOUND_SHORT: move(Status.SUBMITTED, to=Status.SHORT),
}
