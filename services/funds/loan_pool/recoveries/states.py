"""What can happen to a recovery."""

from enum import StrEnum

from kernel.moves import move


class Status(StrEnum):
    """`reported` by the bank; `received` when the city's share has arrived."""

    REPORTED = "reported"
    RECEIVED = "received"


class Fact(StrEnum):
    RECEIVED = "received"


MOVES = {Fact.RECEIVED: move(Status.REPORTED, to=Status.RECEIVED)}
