"""What funds tells of paying providers for redeemed vouchers. Amounts in fen."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Event


class VoucherSettlementPaid(Event):
    """The provider has the money of a settlement statement."""

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
