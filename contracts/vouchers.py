"""Facts of the vouchers service."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import CaseEvent, CaseReason, Event, Reply


class VoucherApplicationRefused(CaseEvent):
    """No voucher is issued on the case, by these clauses of the policy; `case_reasons` are told to the applicant."""

    TYPE: ClassVar[str] = "voucher.application_refused"

    applicant_id: UUID
    clauses: list[str]
    case_reasons: tuple[CaseReason, ...] = ()


class VoucherIssued(CaseEvent):
    TYPE: ClassVar[str] = "voucher.issued"

    voucher_id: UUID
    tranche_id: UUID
    holder_id: UUID
    face_fen: int


class VoucherRedeemed(CaseEvent):
    """In transit until funds has booked it. `provider_id` is the provider's organisation: who is to be paid.

    `invoice_reference` is what its invoice is held under in the one register; `determination_id` is kept by vouchers.
    """

    TYPE: ClassVar[str] = "voucher.redeemed"

    redemption_id: UUID
    voucher_id: UUID
    tranche_id: UUID
    provider_id: UUID
    amount_fen: int
    invoice_reference: UUID | None = None
    determination_id: UUID | None = None


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

    `end_reason`: `redeemed`, `holder_withdrew`, `provider_ended`, `voucher_voided` or `lapsed`.
    """

    TYPE: ClassVar[str] = "voucher.reservation_ended"

    contract_id: UUID
    voucher_id: UUID
    holder_id: UUID
    provider_id: UUID
    released_fen: int
    end_reason: str


class VoucherFrozen(Event):
    """Nothing of it is redeemed until an officer lifts that."""

    TYPE: ClassVar[str] = "voucher.frozen"

    voucher_id: UUID
    holder_id: UUID


class VoucherUnfrozen(Event):
    TYPE: ClassVar[str] = "voucher.unfrozen"

    voucher_id: UUID
    holder_id: UUID


class VoucherVoided(Event):
    """Ended for good by clauses of the policy; what was left may be issued again."""

    TYPE: ClassVar[str] = "voucher.voided"

    voucher_id: UUID
    tranche_id: UUID
    holder_id: UUID
    returned_fen: int
    clauses: list[str]


class OrganisationBarred(Event):
    """Two officers keep it from vouchers, as holder and as provider, to the end of `until_on`."""

    TYPE: ClassVar[str] = "voucher.organisation_barred"

    bar_id: UUID
    organisation_id: UUID
    from_on: date
    until_on: date


class OrganisationBarLifted(Event):
    """Two officers ended a bar before its time."""

    TYPE: ClassVar[str] = "voucher.organisation_bar_lifted"

    bar_id: UUID
    organisation_id: UUID
    lifted_on: date


class RedemptionReversed(Event):
    """So much of a redemption that funds has booked is owed no more: returning until funds has booked that too.

    `provider_id` is the provider's organisation. `cause`: invoice_cancelled or found_false.
    """

    TYPE: ClassVar[str] = "voucher.redemption_reversed"

    finding_id: UUID
    redemption_id: UUID
    voucher_id: UUID
    tranche_id: UUID
    provider_id: UUID
    amount_fen: int
    cause: str


class SettlementPublished(Event):
    """What a provider is to be paid stands in public to the end of `until_on`; None when no notice is asked for.

    Told again when a day that was provisional has become a later one.
    """

    TYPE: ClassVar[str] = "voucher.settlement_published"

    settlement_id: UUID
    organisation_id: UUID
    until_on: date | None
    total_fen: int


class SettlementConfirmed(Event):
    """A second person lets a provider be paid `total_fen`: redeemed less what was reversed, document by document.

    `worked_on_by`: whoever drew it up, published and confirmed it.
    """

    TYPE: ClassVar[str] = "voucher.settlement_confirmed"

    settlement_id: UUID
    tranche_id: UUID
    organisation_id: UUID
    redeemed_fen: int
    reversed_fen: int
    total_fen: int
    provider_name: str
    redemption_ids: list[UUID]
    finding_ids: list[UUID]
    worked_on_by: Annotated[list[str], Field(min_length=1)]


class IssuedFact(Reply):
    """What an organisation was issued of a programme in a calendar year."""

    programme: str
    year: int
    issued_fen: int


class VoucherFacts(Reply):
    """What the window may know of an organisation's vouchers in a city: `GET /internal/eligibility-facts`.

    `barred_until`: the last day of a bar that holds today.
    """

    organisation_id: UUID
    issued: list[IssuedFact]
    barred_until: date | None = None
