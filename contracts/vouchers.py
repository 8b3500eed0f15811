"""Facts of the vouchers service."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import CaseEvent, Reply


class VoucherIssued(CaseEvent):
    TYPE: ClassVar[str] = "voucher.issued"

    voucher_id: UUID
    tranche_id: UUID
    holder_id: UUID
    face_fen: int


class VoucherRedeemed(CaseEvent):
    """In transit until funds has booked it. `provider_id` is the provider's organisation: who is to be paid.

    `invoice_reference` is what its invoice is held under in the one register.
    """

    TYPE: ClassVar[str] = "voucher.redeemed"

    redemption_id: UUID
    voucher_id: UUID
    tranche_id: UUID
    provider_id: UUID
    amount_fen: int
    invoice_reference: UUID | None = None


class VoucherExpired(CaseEvent):
    """Its last day has passed; what was left may be issued again."""

    TYPE: ClassVar[str] = "voucher.expired"

    voucher_id: UUID
    tranche_id: UUID
    lapsed_fen: int


class VoucherReserved(CaseEvent):
    """A contract with a provider holds part of the voucher's value. `provider_id` is the provider's organisation."""

    TYPE: ClassVar[str] = "voucher.reserved"

    contract_id: UUID
    voucher_id: UUID
    holder_id: UUID
    provider_id: UUID
    reserved_fen: int
    use_by: date
    claim_by: date


class VoucherReservationEnded(CaseEvent):
    """The contract holds nothing any more; `released_fen` of what it held was not claimed.

    `end_reason`: `redeemed`, `holder_withdrew`, `provider_ended` or `lapsed`.
    """

    TYPE: ClassVar[str] = "voucher.reservation_ended"

    contract_id: UUID
    voucher_id: UUID
    holder_id: UUID
    provider_id: UUID
    released_fen: int
    end_reason: str


class IssuedFact(Reply):
    """What an organisation was issued of a programme in a calendar year."""

    programme: str
    year: int
    issued_fen: int


class VoucherFacts(Reply):
    """What a scan may know of an organisation's vouchers in a city: `GET /internal/eligibility-facts`."""

    organisation_id: UUID
    issued: list[IssuedFact]
