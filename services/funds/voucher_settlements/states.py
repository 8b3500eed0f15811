"""The life of a confirmed settlement statement here: to be ordered, on its way, paid; or annulled before."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    DUE = "due"
    ORDERED = "ordered"
    PAID = "paid"
    ANNULLED = "annulled"


class Fact(StrEnum):
    ORDERED = "ordered"
    PAID = "paid"
    RETURNED = "returned"
    ANNULLED = "annulled"


MOVES: dict[Fact, Move[Status]] = {
    Fact.ORDERED: move(Status.DUE, to=Status.ORDERED),
    Fact.PAID: move(Status.ORDERED, to=Status.PAID),
    Fact.RETURNED: move(Status.PAID, to=Status.ORDERED),
    Fact.ANNULLED: move(Status.DUE, Status.ORDERED, to=Status.ANNULLED),
}
