"""What can happen to a recovery."""

from enum import StrEnum

from kernel.moves import move


class Status(StrEnum):
    """`reported` by the bank; `received` when the city's share has arrived; `withdrawn`: taken back before."""

    REPORTED = "reported"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


MOVES = {
    Fact.RECEIVED: move(Status.REPORTED, to=Status.RECEIVED),
    Fact.WITHDRAWN: move(Status.REPORTED, to=Status.WITHDRAWN),
}
