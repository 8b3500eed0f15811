"""What can happen to a payment order, and where it leads."""

from enum import StrEnum

from kernel.moves import move


class Status(StrEnum):
    """`reopened`: the money came back, the bank would not take it, or it was recalled; it waits for another release.

    `cancelled`: what it was to pay is owed no more. Wholly set off it is settled without the bank.
    """

    PREPARED = "prepared"
    RELEASED = "released"
    BATCHED = "batched"
    SETTLED = "settled"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


class Fact(StrEnum):
    """Facts of a payment order's life, in the past tense."""

    RELEASED = "released"
    BATCHED = "batched"
    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"
    RECALLED = "recalled"
    SET_OFF = "set_off"
    CANCELLED = "cancelled"


MOVES = {
    Fact.RELEASED: move(Status.PREPARED, Status.REOPENED, to=Status.RELEASED),
    Fact.BATCHED: move(Status.RELEASED, to=Status.BATCHED),
    Fact.SETTLED: move(Status.BATCHED, to=Status.SETTLED),
    Fact.REJECTED: move(Status.BATCHED, to=Status.REOPENED),
    Fact.RETURNED: move(Status.SETTLED, to=Status.REOPENED),
    Fact.RECALLED: move(Status.RELEASED, to=Status.REOPENED),
    Fact.SET_OFF: move(Status.PREPARED, Status.REOPENED, to=Status.SETTLED),
    Fact.CANCELLED: move(Status.PREPARED, Status.REOPENED, Status.RELEASED, to=Status.CANCELLED),
}
