"""Whether a statement of the vouchers service is what our own books say. Pure."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Owed:
    """Whom a statement pays, out of what."""

    city_code: str
    tranche_id: UUID
    provider_id: UUID


@dataclass(frozen=True, slots=True)
class Side:
    """So many documents of one kind, and their sum in fen."""

    number: int
    fen: int


class StatementDisagrees(ValueError):
    """A statement that lists what was not booked, or adds up to something else: it is told again later, or parked."""


def must_agree(*, told: Side, booked: Side, what: str) -> None:
    """Raise StatementDisagrees when the statement's documents are not all in the books with the sum it names."""
    if told != booked:
        raise StatementDisagrees(
            f"{what}: told {told.number} of {told.fen} fen, booked {booked.number} of {booked.fen}"
        )
