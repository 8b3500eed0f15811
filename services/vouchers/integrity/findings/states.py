"""The life of a finding on a redemption: proposed, confirmed by another officer, taken into the books of funds."""

from enum import StrEnum

from kernel.moves import Move, move


class Status(StrEnum):
    """`confirmed`: the redemption is reversed here, and funds has not told yet that it booked that."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    BOOKED = "booked"


class Fact(StrEnum):
    """What happened to a finding."""

    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    BOOKED = "booked"


class Kind(StrEnum):
    """`invoice_cancelled`: a red-letter invoice took the invoice back (红冲). `found_false`: it never was true."""

    INVOICE_CANCELLED = "invoice_cancelled"
    FOUND_FALSE = "found_false"


MOVES: dict[Fact, Move[Status]] = {
    Fact.CONFIRMED: move(Status.PROPOSED, to=Status.CONFIRMED),
    Fact.DROPPED: move(Status.PROPOSED, to=Status.DROPPED),
    Fact.BOOKED: move(Status.CONFIRMED, to=Status.BOOKED),
}
