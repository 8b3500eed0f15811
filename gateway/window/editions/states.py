"""The states of a proposed edition of a policy pack."""

from enum import Enum

from kernel.moves import Move, move


class EditionStatus(Enum):
    """An edition counts from its approval and its first day on, never before either."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class EditionFact(Enum):
    """What happens to a proposed edition: held against what was decided again, then decided by a second person."""

    WEIGHED_AGAIN = "weighed_again"
    APPROVED = "approved"
    REJECTED = "rejected"


MOVES: dict[EditionFact, Move[EditionStatus]] = {
    EditionFact.WEIGHED_AGAIN: move(EditionStatus.PROPOSED, to=EditionStatus.PROPOSED),
    EditionFact.APPROVED: move(EditionStatus.PROPOSED, to=EditionStatus.APPROVED),
    EditionFact.REJECTED: move(EditionStatus.PROPOSED, to=EditionStatus.REJECTED),
}
