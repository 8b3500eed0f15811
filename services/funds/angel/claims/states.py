"""What can happen to an investor's claim, and where it leads."""

from enum import StrEnum

from kernel.moves import Move, move


class AngelClaimStatus(StrEnum):
    """`reviewed`: an officer has given an opinion; another person decides. `withdrawn`: taken back before that."""

    LODGED = "lodged"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    PAYMENT_RETURNED = "payment_returned"
    WITHDRAWN = "withdrawn"


# Nothing comes of these: the investment may be claimed for again.
FALLEN = frozenset({AngelClaimStatus.REFUSED, AngelClaimStatus.WITHDRAWN})
COMMITTED = frozenset({AngelClaimStatus.APPROVED, AngelClaimStatus.PAID})
MOVES: dict[Fact, Move[AngelClaimStatus]] = {
    Fact.REVIEWED: move(AngelClaimStatus.LODGED, to=AngelClaimStatus.REVIEWED),
    Fact.APPROVED: move(AngelClaimStatus.REVIEWED, to=AngelClaimStatus.APPROVED),
    Fact.REFUSED: move(AngelClaimStatus.REVIEWED, to=AngelClaimStatus.REFUSED),
    Fact.PAID: move(AngelClaimStatus.APPROVED, to=AngelClaimStatus.PAID),
    Fact.PAYMENT_RETURNED: move(AngelClaimStatus.PAID, to=AngelClaimStatus.APPROVED),
    Fact.WITHDRAWN: move(AngelClaimStatus.LODGED, AngelClaimStatus.REVIEWED, to=AngelClaimStatus.WITHDRAWN),
}
