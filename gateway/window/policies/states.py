"""The states of a change of parameters."""

from enum import Enum

from kernel.moves import Move, move


class ChangeStatus(Enum):
    """A change counts from its approval on, never before."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class ChangeFact(Enum):
    """What a second person can do with a proposed change."""

    APPROVED = "approved"
    REJECTED = "rejected"


MOVES: dict[ChangeFact, Move[ChangeStatus]] = {
    ChangeFact.APPROVED: move(ChangeStatus.PROPOSED, to=ChangeStatus.APPROVED),
    ChangeFact.REJECTED: move(ChangeStatus.PROPOSED, to=ChangeStatus.REJECTED),
}
