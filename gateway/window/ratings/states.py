"""The states of a rating and the facts that move it."""

from enum import Enum

from kernel.moves import Move, move


class Status(Enum):
    """Where a rating stands: nothing to follow, a bad one the department has to answer, or one that is answered."""

    GIVEN = "given"
    OPEN = "open"
    ANSWERED = "answered"


class Fact(Enum):
    """What can happen to a rating; giving one and correcting it say whether it is a bad one."""

    RATED_WELL = "rated_well"
    RATED_BADLY = "rated_badly"
    ANSWERED = "answered"


class Verdict(Enum):
    """What was found of a bad rating."""

    SUBSTANTIATED = "substantiated"
    UNSUBSTANTIATED = "unsubstantiated"


_S = Status

# What was answered stands: no arrow leaves it.
MOVES: dict[Fact, Move[Status]] = {
    Fact.RATED_WELL: move(_S.GIVEN, _S.OPEN, to=_S.GIVEN),
    Fact.RATED_BADLY: move(_S.GIVEN, _S.OPEN, to=_S.OPEN),
    Fact.ANSWERED: move(_S.OPEN, to=_S.ANSWERED),
}
