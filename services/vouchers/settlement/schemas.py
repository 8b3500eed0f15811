"""Statements on the wire. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from kernel.schemas import Wire, WireIn
from services.vouchers.ids import FindingId, OrganisationId, RedemptionId, SettlementId, SettlementLineId, TrancheId
from services.vouchers.settlement.models import Settlement
from services.vouchers.settlement.rules import Control
from services.vouchers.settlement.states import Status

NOTICE_DAYS_MAX = 100
GIVEN: dict[str, Any] = {
    "tranche_id": "trn_01k30dwg0070008000000000a1",
    "organisation_id": "org_01k30dwg0070008000000000a1",
    "until_on": "2026-12-31",
}
NOTICE: dict[str, Any] = {
    "id": "stm_01k30dwg0070008000000000s1",
    "programme": "voucher.innovation",
    "provider_name": "武汉某检测有限公司",
    "from_on": "2026-12-11",
    "until_on": "2026-12-31",
    "total_fen": 3500000,
    "published_on": "2027-01-04",
    "notice_until_on": "2027-01-11",
    "notice_provisional": True,
}
SETTLEMENT: dict[str, Any] = (
    GIVEN
    | NOTICE
    | {
        "city_code": "420100",
        "status": "published",
        "lines": 3,
        "redeemed_fen": 4500000,
        "reversed_fen": 1000000,
        "prepared_by": "person:finance-1",
        "prepared_at": "2027-01-04T02:00:00Z",
        "published_by": "person:finance-1",
        "confirmed_by": None,
        "confirmed_at": None,
        "paid_on": None,
        "version": 2,
    }
)
CONTROL: dict[str, Any] = {
    "settled_fen": 3500000,
    "in_statements_fen": 3500000,
    "not_in_statements_fen": 0,
    "agrees": True,
}


class SettlementIn(WireIn):
    """Settle with a provider what a tranche owes it for everything booked to the end of a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [GIVEN]})

    tranche_id: TrancheId
    organisation_id: OrganisationId
    until_on: date


class PublishIn(WireIn):
    """For how many working days it is on public notice; none when no notice is asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"notice_working_days": 5}, {}]})

    notice_working_days: Annotated[int, Field(strict=True, ge=1, le=NOTICE_DAYS_MAX)] | None = None


class SettlementOut(Wire):
    """A statement: `total_fen` is `redeemed_fen` less `reversed_fen`, which findings took back.

    Who made it the city's staff alone is told.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SETTLEMENT]})

    id: SettlementId
    city_code: str
    tranche_id: TrancheId
    programme: str
    organisation_id: OrganisationId
    provider_name: str
    from_on: date
    until_on: date
    status: Status
    lines: int
    redeemed_fen: int
    reversed_fen: int
    total_fen: int
    prepared_by: str | None
    prepared_at: datetime
    published_by: str | None
    published_on: date | None
    notice_until_on: date | None
    notice_provisional: bool
    confirmed_by: str | None
    confirmed_at: datetime | None
    paid_on: date | None
    version: int

    def for_staff(self, is_staff: bool) -> Self:
        """As it is, or without the people who made it."""
        hidden = {"prepared_by": None, "published_by": None, "confirmed_by": None}
        return self if is_staff else self.model_copy(update=hidden)


class ControlOut(Wire):
    """The tranche's settled account in the sub-ledger, and what of it stands in statements, of all providers."""

    settled_fen: int
    in_statements_fen: int
    not_in_statements_fen: int
    agrees: bool


class SettlementDetailOut(SettlementOut):
    """With control totals of its tranche, now, for the city's staff: they add up all providers."""

    model_config = ConfigDict(json_schema_extra={"examples": [SETTLEMENT | {"control": CONTROL}]})

    control: ControlOut | None

    @classmethod
    def of(cls, row: Settlement, control: Control | None) -> Self:
        """The statement beside the books; without them for the provider it is about."""
        shown = SettlementOut.model_validate(row).for_staff(control is not None)
        return cls(**shown.model_dump(), control=ControlOut.model_validate(control) if control else None)


class LineOut(Wire):
    """A redemption, or below zero what a finding took back of one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "stl_01k30dwg0070008000000000s2",
                    "redemption_id": "rdm_01k30dwg0070008000000000f6",
                    "finding_id": None,
                    "amount_fen": 1500000,
                }
            ]
        }
    )

    id: SettlementLineId
    redemption_id: RedemptionId
    finding_id: FindingId | None
    amount_fen: int


class NoticeOut(Wire):
    """What everybody of the city may read: who is to get how much, until when it is on notice."""

    model_config = ConfigDict(json_schema_extra={"examples": [NOTICE]})

    id: SettlementId
    programme: str
    provider_name: str
    from_on: date
    until_on: date
    total_fen: int
    published_on: date
    notice_until_on: date
    notice_provisional: bool
