"""What can happen to a loss claim, and where it leads."""

from enum import StrEnum

from kernel.moves import move


class Status(StrEnum):
    """`reviewed`: an officer has given an opinion; another person decides. `appealed`: refused, and looked at again."""

    LODGED = "lodged"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    APPEALED = "appealed"


class Fact(StrEnum):
    """Facts of a claim's life, in the past tense."""

    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    PAYMENT_RETURNED = "payment_returned"
    APPEALED = "appealed"
    APPEAL_REJECTED = "appeal_rejected"


MOVES = {
    Fact.REVIEWED: move(Status.LODGED, to=Status.REVIEWED),
    Fact.APPROVED: move(Status.REVIEWED, Status.APPEALED, to=Status.APPROVED),
    Fact.REFUSED: move(Status.REVIEWED, to=Status.REFUSED),
    Fact.PAID: move(Status.APPROVED, to=Status.PAID),
    Fact.PAYMENT_RETURNED: move(Status.PAID, to=Status.APPROVED),
    Fact.APPEALED: move(Status.REFUSED, to=Status.APPEALED),
    Fact.APPEAL_REJECTED: move(Status.APPEALED, to=Status.REFUSED),
}
