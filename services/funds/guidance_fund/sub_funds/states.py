"""Where a sub-fund, a drawdown and an investor's share of it stand."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`exited`: public money has left; `wound_up`: the sub-fund is no more."""

    ACTIVE = "active"
    EXITED = "exited"
    WOUND_UP = "wound_up"


class Fact(StrEnum):
    EXITED = "exited"
    WOUND_UP = "wound_up"


MOVES: dict[Fact, Move[Status]] = {
    Fact.EXITED: move(Status.ACTIVE, to=Status.EXITED),
    Fact.WOUND_UP: move(Status.ACTIVE, to=Status.WOUND_UP),
}


class DrawdownStatus(StrEnum):
    """`paid_in`: every share has come, or it was closed without those that never did."""

    ASKED = "asked"
    CALLED = "called"
    PAID_IN = "paid_in"
    WITHDRAWN = "withdrawn"


class DrawdownFact(StrEnum):
    CALLED = "called"
    PAID_IN = "paid_in"
    WITHDRAWN = "withdrawn"
    CLOSED_SHORT = "closed_short"
    LAPSED = "lapsed"


DRAWDOWN_MOVES: dict[DrawdownFact, Move[DrawdownStatus]] = {
    DrawdownFact.CALLED: move(DrawdownStatus.ASKED, to=DrawdownStatus.CALLED),
    DrawdownFact.PAID_IN: move(DrawdownStatus.CALLED, to=DrawdownStatus.PAID_IN),
    DrawdownFact.WITHDRAWN: move(DrawdownStatus.ASKED, to=DrawdownStatus.WITHDRAWN),
    DrawdownFact.CLOSED_SHORT: move(DrawdownStatus.CALLED, to=DrawdownStatus.PAID_IN),
    DrawdownFact.LAPSED: move(DrawdownStatus.CALLED, to=DrawdownStatus.WITHDRAWN),
}


class ShareStatus(StrEnum):
    """`ordered` and `settled` are steps of the city's share alone: its order is prepared, the bank has paid it.

    `lapsed`: it never came, and can be called again.
    """

    CALLED = "called"
    ORDERED = "ordered"
    SETTLED = "settled"
    RECEIVED = "received"
    LAPSED = "lapsed"


class ShareFact(StrEnum):
    ORDERED = "ordered"
    SETTLED = "settled"
    RETURNED = "returned"
    RECEIVED = "received"
    PUBLIC_RECEIVED = "public_received"
    LAPSED = "lapsed"


SHARE_MOVES: dict[ShareFact, Move[ShareStatus]] = {
    ShareFact.ORDERED: move(ShareStatus.CALLED, to=ShareStatus.ORDERED),
    ShareFact.SETTLED: move(ShareStatus.ORDERED, to=ShareStatus.SETTLED),
    ShareFact.RETURNED: move(ShareStatus.SETTLED, to=ShareStatus.ORDERED),
    ShareFact.RECEIVED: move(ShareStatus.CALLED, to=ShareStatus.RECEIVED),
    ShareFact.LAPSED: move(ShareStatus.CALLED, to=ShareStatus.LAPSED),
    ShareFact.PUBLIC_RECEIVED: move(ShareStatus.SETTLED, to=ShareStatus.RECEIVED),
}
