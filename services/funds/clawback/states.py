"""The life of money that is demanded back: found, told, answered, decided, and then it comes, or never will."""

from enum import StrEnum

from kernel.moves import Move, move


class Cause(StrEnum):
    """Why. `recalculated`: an appeal or a check found that less was due."""

    RECOGNITION_ENDED = "recognition_ended"
    FALSE_EVIDENCE = "false_evidence"
    USE_RESTRICTION_BROKEN = "use_restriction_broken"
    RECALCULATED = "recalculated"


class Status(StrEnum):
    """`notified`: the payee may object; `receivable`: decided and owed; `collected`: every fen came or was set off."""

    FOUND = "found"
    NOTIFIED = "notified"
    OBJECTED = "objected"
    RECEIVABLE = "receivable"
    DROPPED = "dropped"
    COLLECTED = "collected"
    WRITTEN_OFF = "written_off"


class Fact(StrEnum):
    NOTIFIED = "notified"
    OBJECTED = "objected"
    UPHELD = "upheld"
    DROPPED = "dropped"
    COLLECTED = "collected"
    WRITTEN_OFF = "written_off"


class Kind(StrEnum):
    """How some of it came, or that it never will."""

    RECEIVED = "received"
    SET_OFF = "set_off"
    WRITTEN_OFF = "written_off"


MOVES: dict[Fact, Move[Status]] = {
    Fact.NOTIFIED: move(Status.FOUND, to=Status.NOTIFIED),
    Fact.OBJECTED: move(Status.NOTIFIED, to=Status.OBJECTED),
    Fact.UPHELD: move(Status.NOTIFIED, Status.OBJECTED, to=Status.RECEIVABLE),
    Fact.DROPPED: move(Status.FOUND, Status.NOTIFIED, Status.OBJECTED, to=Status.DROPPED),
    Fact.COLLECTED: move(Status.RECEIVABLE, to=Status.COLLECTED),
    Fact.WRITTEN_OFF: move(Status.RECEIVABLE, to=Status.WRITTEN_OFF),
}
OWED = (Status.RECEIVABLE, Status.COLLECTED, Status.WRITTEN_OFF)
UNDECIDED = (Status.FOUND, Status.NOTIFIED, Status.OBJECTED)
