"""The life of a session: logged by one side, confirmed or disputed by the other."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    LOGGED = "logged"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Fact(StrEnum):
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


MOVES: dict[Fact, Move[Status]] = {
    Fact.CONFIRMED: move(Status.LOGGED, to=Status.CONFIRMED),
    Fact.DISPUTED: move(Status.LOGGED, to=Status.DISPUTED),
}
