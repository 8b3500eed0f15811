"""Facts of the funds service."""

import hashlib
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from unicodedata import normalize
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from contracts.base import CaseEvent, Event, Reply
from contracts.counting import Question


class EntitlementDetermined(CaseEvent):
    """A recognised carrier's award was computed: payable, refused, or waiting for an open parameter."""

    TYPE: ClassVar[str] = "entitlement.determined"

    entitlement_id: UUID
    organisation_id: UUID
    programme: str
    outcome: str
    amount_fen: int
    determination_id: UUID


class EntitlementApproved(CaseEvent):
    TYPE: ClassVar[str] = "entitlement.approved"

    entitlement_id: UUID
    amount_fen: int
    approved_by: str


class EntitlementPaid(CaseEvent):
    TYPE: ClassVar[str] = "entitlement.paid"

    entitlement_id: UUID
    payment_order_id: UUID
    amount_fen: int
    settled_on: date


class EntitlementStopped(CaseEvent):
    """The recognition it rests on ended before it was paid; it is owed no more."""

    TYPE: ClassVar[str] = "entitlement.stopped"

    entitlement_id: UUID
    organisation_id: UUID
    ended_on: date


class AwardsPublished(Event):
    """Awards nobody applied for stand on a public list until the end of `until_on`, counted in working days.

    Told again of the same list when a notice of holidays moves a provisional day, later only.
    """

    TYPE: ClassVar[str] = "entitlement.list_published"

    list_id: UUID
    programme: str
    until_on: date
    provisional: bool
    entries: int


class AwardObjectedTo(Event):
    """Somebody objected to a line of a public list in time: the award waits for the answer. By whom is not told."""

    TYPE: ClassVar[str] = "entitlement.objected_to"

    entitlement_id: UUID
    organisation_id: UUID
    list_id: UUID


class AwardObjectionAnswered(Event):
    """Upheld, the award falls; rejected, it may be approved once no other objection waits."""

    TYPE: ClassVar[str] = "entitlement.objection_answered"

    entitlement_id: UUID
    organisation_id: UUID
    list_id: UUID
    outcome: Literal["upheld", "rejected"]


class AwardObjectionWithdrawn(Event):
    """Whoever objected took it back unanswered: the award may be approved once no other objection waits."""

    TYPE: ClassVar[str] = "entitlement.objection_withdrawn"

    entitlement_id: UUID
    organisation_id: UUID
    list_id: UUID


class ClaimLodged(CaseEvent):
    """A bank claims a loss. `case_id` is minted by funds; the window opens the case with it and numbers it.

    `policy_version` is the policy it was taken under, `review_due_on` the day its review ends by.
    """

    TYPE: ClassVar[str] = "claim.lodged"

    claim_id: UUID
    bank_id: UUID
    loan_id: UUID
    item: str
    amount_fen: int
    lodged_on: date
    lodged_at: datetime
    policy_version: int | None = None
    review_due_on: date | None = None


class ClaimReviewed(CaseEvent):
    """An officer has given an opinion; another person decides."""

    TYPE: ClassVar[str] = "claim.reviewed"

    claim_id: UUID
    bank_id: UUID


class ClaimWithdrawn(CaseEvent):
    """The bank took it back before it was decided; its loan may be claimed for again."""

    TYPE: ClassVar[str] = "claim.withdrawn"

    claim_id: UUID
    bank_id: UUID


class ClaimDecided(CaseEvent):
    TYPE: ClassVar[str] = "claim.decided"

    claim_id: UUID
    bank_id: UUID
    approved_fen: int
    determination_id: UUID
    decided_by: str


class ClaimPaid(CaseEvent):
    TYPE: ClassVar[str] = "claim.paid"

    claim_id: UUID
    bank_id: UUID
    payment_order_id: UUID
    amount_fen: int
    settled_on: date


class RecoveryShared(CaseEvent):
    """Money a bank recovered after a paid claim, returned by the shares stored with the claim."""

    TYPE: ClassVar[str] = "recovery.shared"

    recovery_id: UUID
    claim_id: UUID
    bank_id: UUID
    amount_fen: int
    returned_fen: int


class PoolSuspended(Event):
    """New loans of a bank, or of all (`bank_id` null), are not registered until `pool.resumed`. Shares in bp.

    `how`: by the ratio, or ordered by an officer; then there is no ratio and no determination.
    """

    TYPE: ClassVar[str] = "pool.suspended"

    suspension_id: UUID
    bank_id: UUID | None
    ratio_bp: int | None
    determination_id: UUID | None
    how: str = "ratio"


class PoolResumed(Event):
    """New loans are registered again. `how`: cured, or lifted by two officers."""

    TYPE: ClassVar[str] = "pool.resumed"

    suspension_id: UUID
    bank_id: UUID | None
    how: str


class TrancheAllotted(Event):
    """Money set aside for a voucher tranche: the sub-ledger may issue up to it."""

    TYPE: ClassVar[str] = "tranche.allotted"

    tranche_id: UUID
    programme: str
    policy_year: int
    amount_fen: int


class RedemptionBooked(Event):
    """A redemption reached the control account; it leaves the sub-ledger's transit account."""

    TYPE: ClassVar[str] = "redemption.booked"

    redemption_id: UUID
    tranche_id: UUID
    amount_fen: int


class RedemptionReversalBooked(Event):
    """A reversed redemption is back under the tranche's control and its provider is owed that much less."""

    TYPE: ClassVar[str] = "redemption.reversal_booked"

    finding_id: UUID
    redemption_id: UUID
    tranche_id: UUID
    amount_fen: int


class TrancheReply(Reply):
    """A voucher tranche in the books: `GET /internal/tranches/{id}`, all figures of one moment.

    `control_fen` is the balance of its control account, `booked_fen` the redemptions booked against it so far, and
    `reversed_fen` what of them was reversed since.
    """

    tranche_id: UUID
    city_code: str
    programme: str
    policy_year: int
    allotted_fen: int
    control_fen: int
    booked_fen: int
    reversed_fen: int = 0


def _typed(text: object) -> object:
    return "".join(normalize("NFKC", text).split()) if isinstance(text, str) else text


def _code_fits(code: str | None, info: ValidationInfo) -> str | None:
    number = info.data.get("number")
    if number is not None and (len(number) == DIGITAL_DIGITS) != (code is None):
        raise PydanticCustomError("invoice_code", "8 digits with a code, or 20 digits without one")
    return code


# An invoice has one shape, so that it is the same one whoever names it: 20 digits and no code of a digital one, 8
# digits and a code of 10 or 12 of a paper one. Spaces and full-width digits are typed and do not count. A model states
# the number before the code, which is measured by it.
DIGITAL_DIGITS = 20
InvoiceNumber = Annotated[str, StringConstraints(pattern=r"^([0-9]{8}|[0-9]{20})$"), BeforeValidator(_typed)]
InvoiceCode = Annotated[
    Annotated[str, StringConstraints(pattern=r"^([0-9]{10}|[0-9]{12})$"), BeforeValidator(_typed)] | None,
    AfterValidator(_code_fits),
    Field(validate_default=True),
]


def invoice_print(number: str, code: str | None) -> str:
    """What tells one invoice from another, in the register and for whoever refers to it: the same for the same one."""
    return hashlib.sha256(f"{code or ''}|{number}".encode()).hexdigest()


class InvoiceNamed(Question):
    """An invoice by its number: 20 digits of a digital one, or number and code of a paper one."""

    number: InvoiceNumber
    code: InvoiceCode = None
    issued_on: date | None = None
    amount_fen: int = Field(gt=0)


class InvoicesAsked(Question):
    """Invoices something is to be paid for: `POST /internal/invoices/claims`.

    `reference` is the asker's own id of what they are claimed for: asked again with the same one, nothing changes.
    `hold` false only looks. Held ones stay held when the fact they are for is booked, else for a quarter of an hour.
    """

    city_code: str
    reference: UUID
    claimed_for: UUID
    subject_kind: str = Field(max_length=40)
    programme_kind: str = Field(max_length=40)
    claimed_on: date
    hold: bool
    invoices: list[InvoiceNamed] = Field(min_length=1, max_length=200)


class InvoiceUsedBefore(Reply):
    """An invoice that is claimed elsewhere: for what kind of programme and when, never by whom."""

    number_last4: str
    programme_kind: str | None
    claimed_on: date


class InvoicesReply(Reply):
    """What of the invoices is used elsewhere; with anything in it, nothing was held."""

    used: list[InvoiceUsedBefore]


class AwardFact(Reply):
    """A once-only award of a carrier that was approved or paid."""

    programme: str
    carrier_id: UUID
    level: str
    amount_fen: int


class PaidFact(Reply):
    """What is paid, or on its way to be, to an organisation under a programme out of one policy year."""

    programme: str
    policy_year: int
    amount_fen: int


class PaymentFacts(Reply):
    """What a scan may know of an organisation's money in a city: `GET /internal/eligibility-facts`."""

    organisation_id: UUID
    awards: list[AwardFact]
    paid: list[PaidFact]


class PeriodChanged(Event):
    """A month of the books was closed, or opened again, by two people. `change`: close or reopen."""

    TYPE: ClassVar[str] = "period.changed"

    period: str
    book: str
    change: str


class JournalRooted(Event):
    """One hash (hex) over all chains of the city as they stood when the Shanghai day `on` ended, to be kept outside.

    `entries` counts all documents up to then. An entry's proof leads to the root of its day.
    """

    TYPE: ClassVar[str] = "journal.rooted"

    on: date
    root: str
    entries: int
    chains: int


class ApplicationDetermined(CaseEvent):
    """An application for money was reviewed and ruled on: payable, or waiting for a parameter or a fact."""

    TYPE: ClassVar[str] = "application.determined"

    application_id: UUID
    programme: str
    outcome: str
    amount_fen: int
    determination_id: UUID


class ApplicationRefused(CaseEvent):
    """By its form or by the policy; every reason is coded."""

    TYPE: ClassVar[str] = "application.refused"

    application_id: UUID
    reason_codes: list[str]


class ApplicationApproved(CaseEvent):
    TYPE: ClassVar[str] = "application.approved"

    application_id: UUID
    amount_fen: int
    approved_by: str


class ApplicationPaid(CaseEvent):
    TYPE: ClassVar[str] = "application.paid"

    application_id: UUID
    payment_order_id: UUID
    amount_fen: int
    settled_on: date
