"""The life of a confirmed settlement statement here: to be ordered, on its way, paid."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    DUE = "due"
    ORDERED = "ordered"
    PAID = "paid"


class Fact(StrEnum):
    ORDERED = "ordered"
    PAID = "paid"
    RETURNED = "returned"


MOVES: dict[Fact, Move[Status]] = {
    Fact.ORDERED: move(Status.DUE, to=Status.ORDERED),
    Fact.PAID: move(Status.ORDERED, to=Status.PAID),
    Fact.RETURNED: move(Status.PAID, to=Status.ORDERED),
}
