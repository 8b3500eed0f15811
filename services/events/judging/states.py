"""A round waits for its draw, is scored and then sealed; a seat is scored, or its judge recused or absent."""

from enum import StrEnum

from kernel.moves import Move, move


class RoundStatus(StrEnum):
    PENDING = "pending"
    SCORING = "scoring"
    SEALED = "sealed"


class RoundFact(StrEnum):
    DRAWN = "drawn"
    SEALED = "sealed"


ROUND_MOVES: dict[RoundFact, Move[RoundStatus]] = {
    RoundFact.DRAWN: move(RoundStatus.PENDING, to=RoundStatus.SCORING),
    RoundFact.SEALED: move(RoundStatus.SCORING, to=RoundStatus.SEALED),
}


class SeatStatus(StrEnum):
    """Who is `recused` or `absent` scores nothing, and another takes the seat while there is one."""

    SEATED = "seated"
    SCORED = "scored"
    RECUSED = "recused"
    ABSENT = "absent"


class SeatFact(StrEnum):
    SCORED = "scored"
    RECUSED = "recused"
    ABSENT = "absent"


SEAT_MOVES: dict[SeatFact, Move[SeatStatus]] = {
    SeatFact.SCORED: move(SeatStatus.SEATED, SeatStatus.SCORED, to=SeatStatus.SCORED),
    SeatFact.RECUSED: move(SeatStatus.SEATED, SeatStatus.SCORED, to=SeatStatus.RECUSED),
    SeatFact.ABSENT: move(SeatStatus.SEATED, to=SeatStatus.ABSENT),
}
