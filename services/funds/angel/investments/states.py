"""Where an investment stands, and how one is lost."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`lost`: its loss is told with an audit; a claim may follow."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LOST = "lost"


class Fact(StrEnum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LOST = "lost"


class Cause(StrEnum):
    """How the money was lost."""

    BANKRUPTCY = "bankruptcy"
    LIQUIDATION = "liquidation"
    DEREGISTRATION = "deregistration"
    SOLD_BELOW_COST = "sold_below_cost"


MOVES: dict[Fact, Move[Status]] = {
    Fact.CONFIRMED: move(Status.RECORDED, to=Status.CONFIRMED),
    Fact.REFUSED: move(Status.RECORDED, to=Status.REFUSED),
    Fact.LOST: move(Status.CONFIRMED, to=Status.LOST),
}
