"""Facts of the compensation of angel investors. Amounts in fen."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.base import CaseEvent, Event


class AngelRegistrationReviewed(Event):
    """An investor or a project (`kind`) was registered, or refused, for the sharing of angel losses."""

    TYPE: ClassVar[str] = "angel_registration.reviewed"

    registration_id: UUID
    kind: str
    organisation_id: UUID
    outcome: str


class AngelInvestmentReviewed(Event):
    """An officer has confirmed a recorded investment, or refused it."""

    TYPE: ClassVar[str] = "angel_investment.reviewed"

    investment_id: UUID
    investor_id: UUID
    outcome: str


class AngelClaimLodged(CaseEvent):
    """An investor claims the loss of an investment. `case_id` is minted by funds; the window opens the case with it.

    `applicant_id` is the investor, `policy_version` the policy it was taken
    under, `review_due_on` the last day of its review.
    """

    TYPE: ClassVar[str] = "angel_claim.lodged"

    claim_id: UUID
    applicant_id: UUID
    investment_id: UUID
    item: str
    amount_fen: int
    lodged_on: date
    lodged_at: datetime
    policy_version: int | None = None
    review_due_on: date | None = None


class AngelClaimReviewed(CaseEvent):
    """An officer has given an opinion; another person decides."""

    TYPE: ClassVar[str] = "angel_claim.reviewed"

    claim_id: UUID
    investor_id: UUID


class AngelClaimWithdrawn(CaseEvent):
    """It was taken back before it was decided; its investment may be claimed for again."""

    TYPE: ClassVar[str] = "angel_claim.withdrawn"

    claim_id: UUID
    investor_id: UUID


class AngelClaimDecided(CaseEvent):
    TYPE: ClassVar[str] = "angel_claim.decided"

    claim_id: UUID
    investor_id: UUID
    approved_fen: int
    determination_id: UUID
    decided_by: str


class AngelClaimPaid(CaseEvent):
    TYPE: ClassVar[str] = "angel_claim.paid"

    claim_id: UUID
    investor_id: UUID
    payment_order_id: UUID
    amount_fen: int
    settled_on: date


class AngelRecoveryShared(CaseEvent):
    """Money that came in after a paid claim, returned to the fund by the shares stored with the claim."""

    TYPE: ClassVar[str] = "angel_recovery.shared"

    recovery_id: UUID
    claim_id: UUID
    investor_id: UUID
    amount_fen: int
    returned_fen: int
