"""Tranches on the wire. Amounts in fen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict

from kernel import context
from kernel.findings import Finding
from kernel.openapi import Reason
from kernel.problems import reason_document
from kernel.schemas import Wire
from services.vouchers.ids import TrancheId
from services.vouchers.programmes.models import Tranche
from services.vouchers.programmes.rules import Control, SubLedger

TRANCHE: dict[str, Any] = {
    "id": "trn_01k30dwg0070008000000000a1",
    "city_code": "420100",
    "programme": "voucher.innovation",
    "policy_year": 2026,
    "amount_fen": 100000000,
    "opened_at": "2026-11-22T02:00:00Z",
}
BALANCES: dict[str, Any] = {
    "unissued_fen": 91000000,
    "issued_fen": 6000000,
    "in_transit_fen": 1500000,
    "settled_fen": 1500000,
    "returning_fen": 0,
}


class TrancheOut(Wire):
    """Money set aside for vouchers of one programme and policy year."""

    model_config = ConfigDict(json_schema_extra={"examples": [TRANCHE]})

    id: TrancheId
    city_code: str
    programme: str
    policy_year: int
    amount_fen: int
    opened_at: datetime


class TrancheDetailOut(TrancheOut):
    """With where its money stands: the five sum to `amount_fen`."""

    model_config = ConfigDict(json_schema_extra={"examples": [TRANCHE | BALANCES]})

    unissued_fen: int
    issued_fen: int
    in_transit_fen: int
    settled_fen: int
    returning_fen: int

    @classmethod
    def of(cls, tranche: Tranche, books: SubLedger) -> Self:
        """The tranche and its balances."""
        balances = {name: getattr(books, name) for name in BALANCES}
        return cls(**TrancheOut.model_validate(tranche).model_dump(), **balances)


class AgreementOut(Wire):
    """unissued + issued + in_transit = control + untold.

    `untold_fen` are redemptions funds has booked whose notice has not arrived here yet, less reversals of which the
    same is true: they have left the control account, or are back in it, and are still in transit here. It may be below
    zero, also when funds booked more after it was asked. `booked_fen` and `reversed_fen` are all that ever were.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                BALANCES
                | {
                    "tranche_id": TRANCHE["id"],
                    "agrees": True,
                    "control_fen": 98500000,
                    "booked_fen": 2500000,
                    "reversed_fen": 1000000,
                    "untold_fen": 0,
                    "reasons": [],
                }
            ]
        }
    )

    tranche_id: TrancheId
    agrees: bool
    control_fen: int
    booked_fen: int
    reversed_fen: int
    untold_fen: int
    unissued_fen: int
    issued_fen: int
    in_transit_fen: int
    settled_fen: int
    returning_fen: int
    reasons: list[Reason]

    @classmethod
    def of(cls, tranche_id: UUID, control: Control, books: SubLedger, found: Sequence[Finding]) -> Self:
        """Both sides and every reason why they do not agree."""
        language = context.current().language
        return cls(
            tranche_id=tranche_id,
            agrees=not found,
            control_fen=control.control_fen,
            booked_fen=control.booked_fen,
            reversed_fen=control.reversed_fen,
            untold_fen=(control.booked_fen - books.told_fen) - (control.reversed_fen - books.reversals_returned_fen),
            reasons=[Reason.model_validate(reason_document(finding, language)) for finding in found],
            **{name: getattr(books, name) for name in BALANCES},
        )
