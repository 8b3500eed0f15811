"""Facts of the vouchers service."""

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


class IssuedFact(Reply):
    """What an organisation was issued of a programme in a calendar year."""

    programme: str
    year: int
    issued_fen: int


class VoucherFacts(Reply):
    """What a scan may know of an organisation's vouchers in a city: `GET /internal/eligibility-facts`."""

    organisation_id: UUID
    issued: list[IssuedFact]
