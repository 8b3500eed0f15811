"""Statements on the wire. Amounts in fen."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from kernel.schemas import Instant, Wire, WireIn
from services.funds.ids import (
    DeterminationId,
    FindingId,
    OrganisationId,
    PaymentOrderId,
    RedemptionId,
    SettlementId,
    TrancheId,
)
from services.funds.tranches.models import BookedRedemption, RedemptionReversal
from services.funds.voucher_settlements.models import VoucherSettlement
from services.funds.voucher_settlements.states import Status

SETTLEMENT: dict[str, Any] = {
    "id": "stm_01k30dwg0070008000000000s1",
    "tranche_id": "trn_01k30dwg0070008000000000a1",
    "programme": "voucher.innovation",
    "provider_id": "org_01k30dwg0070008000000000a1",
    "redeemed_fen": 4500000,
    "reversed_fen": 1000000,
    "total_fen": 3500000,
    "provider_name": "武汉某检测有限公司",
    "worked_on_by": ["person:finance-1", "person:finance-2"],
    "status": "due",
    "payment_order_id": None,
    "ordered_by": None,
    "annulled_by": None,
    "annulled_reason": None,
    "recorded_at": "2027-01-12T02:00:00Z",
    "version": 1,
}
LINE: dict[str, Any] = {
    "redemption_id": "rdm_01k30dwg0070008000000000f6",
    "finding_id": None,
    "determination_id": "det_01k30dwg0070008000000000d4",
    "amount_fen": 1500000,
}


class VoucherSettlementOut(Wire):
    """A statement confirmed at the vouchers service: `total_fen` is redeemed less what was reversed.

    `worked_on_by` there; nobody of them orders its payment. `recorded_at`: when it arrived here.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SETTLEMENT]})

    id: SettlementId
    tranche_id: TrancheId
    programme: str
    provider_id: OrganisationId
    provider_name: str
    redeemed_fen: int
    reversed_fen: int
    total_fen: int
    worked_on_by: list[str]
    status: Status
    payment_order_id: PaymentOrderId | None
    ordered_by: str | None
    annulled_by: str | None
    annulled_reason: str | None
    recorded_at: Instant
    version: int


class VoucherSettlementLineOut(Wire):
    """A booked redemption and what it rests on, to be read at the vouchers service; below zero what a finding took."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINE]})

    redemption_id: RedemptionId
    finding_id: FindingId | None
    determination_id: DeterminationId | None
    amount_fen: int

    @classmethod
    def of(cls, booked: BookedRedemption, reversal: RedemptionReversal | None) -> Self:
        """From its rows."""
        fen = booked.amount_fen if reversal is None else -reversal.amount_fen
        finding_id = reversal.id if reversal else None
        return cls(
            redemption_id=booked.id, finding_id=finding_id, determination_id=booked.determination_id, amount_fen=fen
        )


class AnnulmentIn(WireIn):
    """Why it is not paid."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "所列一笔兑付被查实未提供服务"}]})

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class VoucherSettlementDetailOut(VoucherSettlementOut):
    """With every document it pays for, or takes off."""

    model_config = ConfigDict(json_schema_extra={"examples": [SETTLEMENT | {"lines": [LINE]}]})

    lines: list[VoucherSettlementLineOut]

    @classmethod
    def of(cls, row: VoucherSettlement, lines: list[tuple[BookedRedemption, RedemptionReversal | None]]) -> Self:
        """From its rows."""
        shown = VoucherSettlementOut.model_validate(row)
        return cls(**shown.model_dump(), lines=[VoucherSettlementLineOut.of(*line) for line in lines])
