"""Whether a statement of the vouchers service is what our own books say. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kernel.findings import Finding, findings


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


def ordering_findings(*, orderer: str, worked_on_by: Collection[str]) -> list[Finding]:
    """Whoever drew a statement up, published or confirmed it does not have it paid."""
    return findings(
        (
            orderer in worked_on_by,
            Finding(
                "prepared_by_same_person",
                (),
                "编制、公示或确认结算单的人员不得办理其支付。",
                "Whoever drew the statement up, published or confirmed it may not order its payment.",
            ),
        ),
    )
