"""Where a voucher stands, and what can happen to it there."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    ISSUED = "issued"
    FROZEN = "frozen"
    USED_UP = "used_up"
    EXPIRED = "expired"
    VOIDED = "voided"


class Fact(StrEnum):
    """What happened to a voucher."""

    REDEEMED = "redeemed"
    SPENT = "spent"
    EXPIRED = "expired"
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    VOIDED = "voided"


def fact_of_use(remaining_fen: int, lapsed_fen: int) -> Fact:
    """Which it was, by what is left: value a contract holds keeps a voucher alive, and the last of it ends one."""
    if remaining_fen:
        return Fact.REDEEMED
    return Fact.EXPIRED if lapsed_fen else Fact.SPENT


MOVES: dict[Fact, Move[Status]] = {
    Fact.REDEEMED: move(Status.ISSUED, to=Status.ISSUED),
    Fact.SPENT: move(Status.ISSUED, to=Status.USED_UP),
    Fact.EXPIRED: move(Status.ISSUED, Status.FROZEN, to=Status.EXPIRED),
    Fact.FROZEN: move(Status.ISSUED, to=Status.FROZEN),
    Fact.UNFROZEN: move(Status.FROZEN, to=Status.ISSUED),
    Fact.VOIDED: move(Status.ISSUED, Status.FROZEN, to=Status.VOIDED),
}
