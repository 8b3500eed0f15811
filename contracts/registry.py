"""Facts and replies of the registry."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import CaseEvent, Event, Reply
from contracts.counting import Question


class OrganisationRegistered(Event):
    TYPE: ClassVar[str] = "organisation.registered"

    organisation_id: UUID
    name: str
    kind: str


class RecognitionReviewed(CaseEvent):
    """A second officer has reviewed; `outcome` is the determination's."""

    TYPE: ClassVar[str] = "recognition.reviewed"

    recognition_id: UUID
    outcome: str
    determination_id: UUID


class NoticePublished(CaseEvent):
    """Public notice: objections may be filed until the end of `closes_on` (counted in working days)."""

    TYPE: ClassVar[str] = "recognition.notice_published"

    recognition_id: UUID
    published_on: date
    closes_on: date
    provisional: bool


class NoticeEnded(CaseEvent):
    """The notice has run out; a decision may be taken."""

    TYPE: ClassVar[str] = "recognition.notice_closed"

    recognition_id: UUID
    objections: int


class RecognitionRefused(CaseEvent):
    TYPE: ClassVar[str] = "recognition.refused"

    recognition_id: UUID
    reason_codes: list[str]


class CarrierRecognised(CaseEvent):
    """A carrier holds a level from `recognised_on`. `level`: municipal, provincial or national; `is_key` as in XZ-23.

    Awards are decided under the policy in force when the case was accepted (`accepted_on`, `accepted_at`).
    """

    TYPE: ClassVar[str] = "carrier.recognised"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    carrier_kind: str
    level: str
    is_key: bool
    recognised_on: date
    certificate_number: str
    determination_id: UUID
    decided_by: str
    accepted_on: date
    accepted_at: datetime


class FirmNamed(Question):
    """A firm as a partner knows it: `POST /internal/organisations/firms` finds it, or registers it when it is new."""

    city_code: str = Field(max_length=20)
    credit_code: str = Field(max_length=40)
    name: str = Field(max_length=200)


class OrganisationReply(Reply):
    """What other services may know of an organisation. `registered_by` is the client that entered it."""

    id: UUID
    city_code: str
    name: str
    kind: str
    credit_code: str | None
    status: str
    bank_account_last4: str | None = None
    registered_by: str | None = None


class PayeeReply(Reply):
    """Where an organisation is paid, whole: `GET /internal/organisations/{id}/payee`, for the funds service alone.

    The account is null while the organisation has given none.
    """

    id: UUID
    city_code: str
    name: str
    status: str
    payee_name: str | None
    account_number: str | None = Field(repr=False)
    bank_name: str | None
    cnaps_code: str | None = None


class RecognitionProof(Reply):
    """Was the carrier recognised on the day? `signature` is a detached JWS over the canonical statement."""

    carrier_id: UUID
    on: date
    recognised: bool
    level: str | None
    certificate_number: str | None


class LevelFact(Reply):
    """A level a carrier holds today, or one that a case under way asks for."""

    level: str
    is_key: bool


class CarrierFacts(Reply):
    """What is known of a carrier, under the fact ids of the city's pack; what nobody has stated is not there."""

    id: UUID
    kind: str
    name: str
    facts: dict[str, Any]
    levels: list[LevelFact]
    pending: list[LevelFact]


class OrganisationFacts(Reply):
    """What a scan may know of an organisation: `GET /internal/organisations/{id}/eligibility-facts`."""

    id: UUID
    city_code: str
    kind: str
    status: str
    registered_by: str
    carriers: list[CarrierFacts]


class DutyDueDayTold(Event):
    """A duty of an administration falls due. Told again when a notice of holidays moves it: later, never earlier."""

    TYPE: ClassVar[str] = "duty.due_day_told"

    duty_day_id: UUID
    duty: str
    role: str
    starts_on: date
    ends_on: date
    due_on: date
    provisional: bool


class ReportSubmitted(Event):
    """A county or department has handed in a report, or handed it in again."""

    TYPE: ClassVar[str] = "progress_report.submitted"

    report_id: UUID
    duty_day_id: UUID
    reporter_id: UUID
    revision: int


class ReportReturned(Event):
    """It was sent back; the reasons stand at the report."""

    TYPE: ClassVar[str] = "progress_report.returned"

    report_id: UUID
    duty_day_id: UUID
    reporter_id: UUID


class ReportAccepted(Event):
    """Its figures, whole numbers by target, count from now on."""

    TYPE: ClassVar[str] = "progress_report.accepted"

    report_id: UUID
    duty_day_id: UUID
    reporter_id: UUID
    figures: dict[str, int]


class ReportsReminded(Event):
    """The due day is near and these have not reported."""

    TYPE: ClassVar[str] = "progress_report.reminded"

    duty_day_id: UUID
    duty: str
    due_on: date
    reporter_ids: list[UUID]


class ReportsOverdue(Event):
    """The due day is over and these have not reported."""

    TYPE: ClassVar[str] = "progress_report.overdue"

    duty_day_id: UUID
    duty: str
    due_on: date
    reporter_ids: list[UUID]


class PlanAdopted(Event):
    """A year's action plan was adopted by a second person."""

    TYPE: ClassVar[str] = "action_plan.adopted"

    plan_id: UUID
    duty: str
    year: int
    revision: int


class ScoreConfirmed(Event):
    """The assessment score of a county or department for a year, in basis points."""

    TYPE: ClassVar[str] = "assessment.score_confirmed"

    score_id: UUID
    duty: str
    year: int
    reporter_id: UUID
    total_bp: int


class MentorAdmitted(Event):
    """An entry of the pool serves from a day on. Who it is stands in the register alone."""

    TYPE: ClassVar[str] = "mentor.admitted"

    mentor_id: UUID
    tier: str
    mentor_class: str
    since_on: date


class MentorRenewed(Event):
    TYPE: ClassVar[str] = "mentor.renewed"

    mentor_id: UUID
    since_on: date


class MentorEnded(Event):
    TYPE: ClassVar[str] = "mentor.ended"

    mentor_id: UUID
    ended_on: date


class MentorBooked(Event):
    TYPE: ClassVar[str] = "mentor.booked"

    booking_id: UUID
    mentor_id: UUID
    carrier_id: UUID
    starts_at: datetime


class MentorSessionConfirmed(Event):
    """Both sides agree that it took place. `payment_class`: volunteer, never paid, or purchased (LZ-44)."""

    TYPE: ClassVar[str] = "mentor.session_confirmed"

    session_id: UUID
    mentor_id: UUID
    carrier_id: UUID
    mentee_id: UUID
    payment_class: str


class TalentConfirmed(Event):
    """A person has a status the policy supports. Who it is stands in the register alone."""

    TYPE: ClassVar[str] = "talent.confirmed"

    talent_id: UUID
    kind: str
    starts_on: date
    ends_on: date | None


class TalentWithdrawn(Event):
    """The consent was withdrawn and the status with it."""

    TYPE: ClassVar[str] = "talent.withdrawn"

    talent_id: UUID
