"""The life of a status: applied for, confirmed or refused, ended; or withdrawn with the consent it rests on."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


STANDING = (Status.APPLIED, Status.CONFIRMED)


class Fact(StrEnum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


MOVES: dict[Fact, Move[Status]] = {
    Fact.CONFIRMED: move(Status.APPLIED, to=Status.CONFIRMED),
    Fact.REFUSED: move(Status.APPLIED, to=Status.REFUSED),
    Fact.ENDED: move(Status.CONFIRMED, to=Status.ENDED),
    Fact.WITHDRAWN: move(Status.APPLIED, Status.CONFIRMED, Status.REFUSED, Status.ENDED, to=Status.WITHDRAWN),
}
