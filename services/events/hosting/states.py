"""Where a statement of cost stands. A correction is a new edition; the one before it is kept as superseded."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """Only a confirmed statement is told to others, and it stays what was told until the next is confirmed."""

    STATED = "stated"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"


class Fact(StrEnum):
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


MOVES: dict[Fact, Move[Status]] = {
    # Checked again until somebody confirms: the second officer sends it back by word, not by a status.
    Fact.CHECKED: move(Status.STATED, Status.CHECKED, to=Status.CHECKED),
    Fact.CONFIRMED: move(Status.CHECKED, to=Status.CONFIRMED),
    Fact.CORRECTED: move(Status.STATED, Status.CHECKED, Status.CONFIRMED, to=Status.SUPERSEDED),
}
