"""What can happen to a loss claim, and where it leads."""

from enum import StrEnum

from kernel.moves import move


class Status(StrEnum):
    """`reviewed`: an officer has given an opinion; another person decides. `appealed`: refused, and looked at again.

    `partly_paid`: the decision pays in instalments, and not all have arrived. `withdrawn`: the bank took it back
    before it was decided.
    """

    LODGED = "lodged"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    """Facts of a claim's life, in the past tense."""

    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PART_PAID = "part_paid"
    PAID = "paid"
    PART_RETURNED = "part_returned"
    PAYMENT_RETURNED = "payment_returned"
    APPEALED = "appealed"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_REJECTED = "appeal_rejected"
    WITHDRAWN = "withdrawn"


# Nothing comes of these: the loan may be claimed for again.
FALLEN = frozenset({Status.REFUSED, Status.WITHDRAWN})
COMMITTED = frozenset({Status.APPROVED, Status.PARTLY_PAID, Status.PAID})
MOVES = {
    Fact.REVIEWED: move(Status.LODGED, to=Status.REVIEWED),
    Fact.APPROVED: move(Status.REVIEWED, to=Status.APPROVED),
    Fact.REFUSED: move(Status.REVIEWED, to=Status.REFUSED),
    Fact.PART_PAID: move(Status.APPROVED, Status.PARTLY_PAID, to=Status.PARTLY_PAID),
    Fact.PAID: move(Status.APPROVED, Status.PARTLY_PAID, to=Status.PAID),
    Fact.PART_RETURNED: move(Status.PARTLY_PAID, Status.PAID, to=Status.PARTLY_PAID),
    Fact.PAYMENT_RETURNED: move(Status.PARTLY_PAID, Status.PAID, to=Status.APPROVED),
    Fact.APPEALED: move(Status.REFUSED, to=Status.APPEALED),
    Fact.APPEAL_GRANTED: move(Status.APPEALED, to=Status.APPROVED),
    Fact.APPEAL_REJECTED: move(Status.APPEALED, to=Status.REFUSED),
    Fact.WITHDRAWN: move(Status.LODGED, Status.REVIEWED, to=Status.WITHDRAWN),
}
