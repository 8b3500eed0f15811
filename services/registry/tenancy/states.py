"""The life of a tenancy: begun, and ended once."""

from enum import StrEnum

from kernel.moves import Move, move


class TenancyStatus(StrEnum):
    OPEN = "open"
    ENDED = "ended"


class Fact(StrEnum):
    LEFT = "left"


MOVES: dict[Fact, Move[TenancyStatus]] = {Fact.LEFT: move(TenancyStatus.OPEN, to=TenancyStatus.ENDED)}
