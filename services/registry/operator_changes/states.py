"""The life of an operator change: proposed, agreed by both, in force from its day; or withdrawn before that."""

from enum import StrEnum

from kernel.moves import Move, move


class ChangeStatus(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    CONSENTED = "consented"
    ORDERED = "ordered"
    DAY_CAME = "day_came"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


OPEN = (ChangeStatus.PROPOSED, ChangeStatus.AGREED)
MOVES: dict[Fact, Move[ChangeStatus]] = {
    Fact.CONSENTED: move(ChangeStatus.PROPOSED, to=ChangeStatus.AGREED),
    Fact.ORDERED: move(ChangeStatus.PROPOSED, to=ChangeStatus.AGREED),
    Fact.DAY_CAME: move(ChangeStatus.AGREED, to=ChangeStatus.IN_FORCE),
    Fact.WITHDRAWN: move(ChangeStatus.PROPOSED, ChangeStatus.AGREED, to=ChangeStatus.WITHDRAWN),
    Fact.OVERTAKEN: move(ChangeStatus.AGREED, to=ChangeStatus.WITHDRAWN),
}
