"""What can happen to an investor's claim, and where it leads."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`reviewed`: an officer has given an opinion; another person decides."""

    LODGED = "lodged"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"


class Fact(StrEnum):
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    PAYMENT_RETURNED = "payment_returned"


COMMITTED = frozenset({Status.APPROVED, Status.PAID})
MOVES: dict[Fact, Move[Status]] = {
    Fact.REVIEWED: move(Status.LODGED, to=Status.REVIEWED),
    Fact.APPROVED: move(Status.REVIEWED, to=Status.APPROVED),
    Fact.REFUSED: move(Status.REVIEWED, to=Status.REFUSED),
    Fact.PAID: move(Status.APPROVED, to=Status.PAID),
    Fact.PAYMENT_RETURNED: move(Status.PAID, to=Status.APPROVED),
}
