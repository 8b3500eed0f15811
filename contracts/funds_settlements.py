"""What funds tells of paying providers for redeemed vouchers. Amounts in fen."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Event


class VoucherSettlementPaid(Event):
    """What a settlement statement owes was paid, or set off against what the provider owes the city."""

    TYPE: ClassVar[str] = "voucher_settlement.paid"

    settlement_id: UUID
    organisation_id: UUID
    payment_order_id: UUID
    amount_fen: int
    settled_on: date


class VoucherSettlementReturned(Event):
    """The money came back; the statement stands, and its order waits for another release."""

    TYPE: ClassVar[str] = "voucher_settlement.returned"

    settlement_id: UUID
    organisation_id: UUID
    payment_order_id: UUID


class VoucherSettlementAnnulled(Event):
    """A confirmed statement that was not paid is not paid: what it lists may stand in another one."""

    TYPE: ClassVar[str] = "voucher_settlement.annulled"

    settlement_id: UUID
    organisation_id: UUID
    reason: str
