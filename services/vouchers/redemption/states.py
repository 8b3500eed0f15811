"""Where a redemption stands."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    IN_TRANSIT = "in_transit"
    SETTLED = "settled"


class Fact(StrEnum):
    """What happened to a redemption."""

    BOOKED = "booked"


MOVES: dict[Fact, Move[Status]] = {Fact.BOOKED: move(Status.IN_TRANSIT, to=Status.SETTLED)}
