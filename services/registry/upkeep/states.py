"""Requests about a recognition that stands, and what may end one."""

from enum import StrEnum

from kernel.moves import Move, move


class RequestStatus(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class RequestFact(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"


class ChangeKind(StrEnum):
    NAME = "name"
    OPERATOR = "operator"
    PREMISES = "premises"


class EndCause(StrEnum):
    """`expired`: its term ran out. `surrendered`: the operator gave it back. `cancelled`: the city took it away."""

    EXPIRED = "expired"
    SURRENDERED = "surrendered"
    CANCELLED = "cancelled"


MOVES: dict[RequestFact, Move[RequestStatus]] = {
    RequestFact.GRANTED: move(RequestStatus.OPEN, to=RequestStatus.GRANTED),
    RequestFact.REFUSED: move(RequestStatus.OPEN, to=RequestStatus.REFUSED),
}
