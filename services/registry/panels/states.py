"""A panel scores and is closed; a seat is scored or recused, once."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    SCORING = "scoring"
    CLOSED = "closed"


class SeatStatus(StrEnum):
    SEATED = "seated"
    SCORED = "scored"
    RECUSED = "recused"


class SeatFact(StrEnum):
    SCORED = "scored"
    RECUSED = "recused"


MOVES: dict[SeatFact, Move[SeatStatus]] = {
    SeatFact.SCORED: move(SeatStatus.SEATED, to=SeatStatus.SCORED),
    SeatFact.RECUSED: move(SeatStatus.SEATED, to=SeatStatus.RECUSED),
}
