"""The life of a change to a period: proposed by one person, approved or declined by another."""

from enum import StrEnum

from kernel.moves import Move, move


class Change(StrEnum):
    CLOSE = "close"
    REOPEN = "reopen"


class Status(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class Fact(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"


MOVES: dict[Fact, Move[Status]] = {
    Fact.APPROVED: move(Status.PROPOSED, to=Status.APPROVED),
    Fact.DECLINED: move(Status.PROPOSED, to=Status.DECLINED),
}
