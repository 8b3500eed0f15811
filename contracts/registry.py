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


class OrganisationRenamed(Event):
    """It has another name from `effective_on`; nothing else about it changes."""

    TYPE: ClassVar[str] = "organisation.renamed"

    organisation_id: UUID
    name: str
    effective_on: date


class OrganisationIncorporated(Event):
    """A team became a firm: the same organisation, so that quotas and history are carried."""

    TYPE: ClassVar[str] = "organisation.incorporated"

    organisation_id: UUID
    name: str
    effective_on: date


class OrganisationDeregistered(Event):
    """It no longer exists in law from `effective_on`. `cause` is why, in a word."""

    TYPE: ClassVar[str] = "organisation.deregistered"

    organisation_id: UUID
    effective_on: date
    cause: str


class OrganisationMerged(Event):
    """It is part of `successor_id` from `effective_on`; its id stays, and leads to the successor."""

    TYPE: ClassVar[str] = "organisation.merged"

    organisation_id: UUID
    successor_id: UUID
    effective_on: date


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


class CarrierWarned(Event):
    """Something an officer has to look at, such as area lost by a carrier that holds a level."""

    TYPE: ClassVar[str] = "carrier.warned"

    carrier_id: UUID
    organisation_id: UUID
    codes: list[str]
    raised_on: date


class CarrierOperatorChanged(Event):
    """From `effective_on` another organisation runs the carrier: by consent of both, or by an officer's order."""

    TYPE: ClassVar[str] = "carrier.operator_changed"

    carrier_id: UUID
    organisation_id: UUID
    former_organisation_id: UUID
    effective_on: date
    by_order: bool


class TenantAdmitted(Event):
    """A tenancy began. `organisation_id` is null for a project, a team, or a firm nobody has registered."""

    TYPE: ClassVar[str] = "tenancy.begun"

    tenancy_id: UUID
    carrier_id: UUID
    organisation_id: UUID | None
    started_on: date


class TenantLeft(Event):
    """A tenancy ended; `ended_on` is the first day without it."""

    TYPE: ClassVar[str] = "tenancy.ended"

    tenancy_id: UUID
    carrier_id: UUID
    organisation_id: UUID | None
    ended_on: date


class TenantsImported(Event):
    """A workbook of tenants has been read to its end: its tenancies are told by this alone, not one by one."""

    TYPE: ClassVar[str] = "tenancy.imported"

    import_id: UUID
    carrier_id: UUID
    accepted: int
    refused: int


class StatisticsRoundOpened(Event):
    """A period is to be reported by `due_on`, counted in working days. `reports` carriers are asked."""

    TYPE: ClassVar[str] = "statistics.round_opened"

    round_id: UUID
    period_from: date
    period_until: date
    due_on: date
    provisional: bool
    reports: int


class StatisticsReportEvent(Event):
    """Of one carrier's report for one period."""

    report_id: UUID
    round_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    period_from: date
    period_until: date


class StatisticsReportDue(StatisticsReportEvent):
    """A reminder: nothing was handed in yet, or it was returned, and so many working days are left."""

    TYPE: ClassVar[str] = "statistics.report_due"

    due_on: date
    provisional: bool
    working_days_left: int


class StatisticsReportSubmitted(StatisticsReportEvent):
    TYPE: ClassVar[str] = "statistics.report_submitted"

    revision: int
    is_late: bool


class StatisticsReportReturned(StatisticsReportEvent):
    """An officer wants it corrected; the reason is on the report."""

    TYPE: ClassVar[str] = "statistics.report_returned"

    revision: int


class StatisticsReportAccepted(StatisticsReportEvent):
    TYPE: ClassVar[str] = "statistics.report_accepted"

    revision: int


class StatisticsReportMissed(StatisticsReportEvent):
    """The last day has passed. `consequence` is `parameter_open` while the policy does not say, else what follows."""

    TYPE: ClassVar[str] = "statistics.report_missed"

    missed_in_a_row: int
    consequence: str | None


class ProjectAdmitted(Event):
    """A project is in a carrier from `admitted_on`. `stage`: nursery, incubator or accelerator (XZ-09)."""

    TYPE: ClassVar[str] = "project.admitted"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    admitted_on: date


class ProjectTransferred(Event):
    """From one carrier to another with the consent of both."""

    TYPE: ClassVar[str] = "project.transferred"

    project_id: UUID
    organisation_id: UUID
    from_carrier_id: UUID
    from_stage: str
    to_carrier_id: UUID
    stage: str
    transferred_on: date


class ProjectGraduated(Event):
    """`criteria` are the ids, in the city's pack, of those that were met."""

    TYPE: ClassVar[str] = "project.graduated"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    graduated_on: date
    criteria: list[str]


class ProjectLeft(Event):
    """Out of the chain without graduation."""

    TYPE: ClassVar[str] = "project.left"

    project_id: UUID
    organisation_id: UUID
    carrier_id: UUID
    stage: str
    left_on: date


class AddressRegistered(Event):
    """A firm stands at an address. `mode`: single, shared, further, secretary or cluster."""

    TYPE: ClassVar[str] = "address.registered"

    registration_id: UUID
    address_id: UUID
    organisation_id: UUID
    host_id: UUID | None
    mode: str
    registered_on: date
    certificate_number: str


class AddressHostLeaving(Event):
    """A host gives up; its firms are to move until the end of `move_by` (counted in working days)."""

    TYPE: ClassVar[str] = "address_host.leaving"

    host_id: UUID
    organisation_id: UUID
    move_by: date
    firms: list[UUID]


class AddressHostLeft(Event):
    """A host is gone. `stranded` are the firms that had not moved: their registrations stand without a host."""

    TYPE: ClassVar[str] = "address_host.left"

    host_id: UUID
    organisation_id: UUID
    left_on: date
    stranded: list[UUID]


class EvaluationRoundOpened(Event):
    """A year's evaluation has begun; `carriers` have to report by the end of `closes_on`."""

    TYPE: ClassVar[str] = "evaluation.round_opened"

    round_id: UUID
    programme: str
    year: int
    closes_on: date
    carriers: int


class EvaluationResultsPublished(Event):
    """Grades are on public notice; an operator may appeal until the end of `appeals_until_on` (in working days)."""

    TYPE: ClassVar[str] = "evaluation.results_published"

    round_id: UUID
    programme: str
    year: int
    published_on: date
    closes_on: date
    appeals_until_on: date
    provisional: bool


class EvaluationAppealed(Event):
    TYPE: ClassVar[str] = "evaluation.appealed"

    evaluation_id: UUID
    round_id: UUID
    carrier_id: UUID


class EvaluationAppealAnswered(Event):
    """`outcome`: rejected, corrected or exempted; `grade` is what stands afterwards, null for who is exempted."""

    TYPE: ClassVar[str] = "evaluation.appeal_answered"

    evaluation_id: UUID
    round_id: UUID
    carrier_id: UUID
    outcome: str
    grade: str | None


class CarrierEvaluated(Event):
    """The final grade of a carrier in a year's evaluation, for awards by grade (XZ-24, JX-19, LZ-18, WH-21).

    `score_bp` is of 10000, rounded down. `determination_id` has the trace by indicator. The round's opening
    (`accepted_on`, `accepted_at`) fixed the policy version. `participated` false: graded for not taking part.
    """

    TYPE: ClassVar[str] = "carrier.evaluated"

    evaluation_id: UUID
    round_id: UUID
    programme: str
    carrier_id: UUID
    organisation_id: UUID
    carrier_kind: str
    year: int
    grade: str
    passed: bool
    score_bp: int
    participated: bool
    determination_id: UUID
    final_on: date
    decided_by: str
    accepted_on: date
    accepted_at: datetime


class CarrierEvaluationFailedTwice(Event):
    """As many final grades in a row failed as the policy names; ending the recognition is recommended, not done."""

    TYPE: ClassVar[str] = "carrier.evaluation_failed_twice"

    evaluation_id: UUID
    round_id: UUID
    programme: str
    carrier_id: UUID
    organisation_id: UUID
    year: int
    failures: int
    clauses: list[str]


class CarrierRecognitionEnded(Event):
    """A level no longer stands from `ended_on`. `cause`: expired, surrendered or cancelled."""

    TYPE: ClassVar[str] = "carrier.recognition_ended"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    carrier_kind: str
    level: str
    is_key: bool
    cause: str
    ended_on: date
    certificate_number: str


class CarrierRecognitionRenewed(Event):
    """A level is valid for another term, up to and with `valid_until`, by a new certificate."""

    TYPE: ClassVar[str] = "carrier.recognition_renewed"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    level: str
    is_key: bool
    valid_until: date
    certificate_number: str
    determination_id: UUID


class CarrierRecognitionChanged(Event):
    """Name, operator or premises of a recognised carrier changed (`kind`); a new certificate says so."""

    TYPE: ClassVar[str] = "carrier.recognition_changed"

    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    kind: str
    certificate_number: str


class CureOrdered(Event):
    """A recognition is cancelled unless its fault is cured by the end of `cure_by` (counted in working days)."""

    TYPE: ClassVar[str] = "carrier.cure_ordered"

    cancellation_id: UUID
    recognition_id: UUID
    carrier_id: UUID
    organisation_id: UUID
    cause: str
    cure_by: date
    provisional: bool


class CancellationSettled(Event):
    """How a cancellation ended: cured, dropped or cancelled; what was cured or dropped stands as before."""

    TYPE: ClassVar[str] = "carrier.cancellation_settled"

    cancellation_id: UUID
    recognition_id: UUID
    carrier_id: UUID
    outcome: str


class FirmNamed(Question):
    """A firm as a partner knows it: `POST /internal/organisations/firms` finds it, or registers it when it is new."""

    city_code: str = Field(max_length=20)
    credit_code: str = Field(max_length=40)
    name: str = Field(max_length=200)


class OrganisationReply(Reply):
    """What other services may know of an organisation. `registered_by` is the client that entered it.

    `merged_into` is the organisation that one of status `merged` has become part of.
    """

    id: UUID
    city_code: str
    name: str
    kind: str
    credit_code: str | None
    status: str
    bank_account_last4: str | None = None
    registered_by: str | None = None
    merged_into: UUID | None = None


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


class PartyStep(Reply):
    """One link of the path between two organisations: `holder` controls, holds, represents or has absorbed the other.

    `kind`: controller, shareholder, legal_representative or merged. A person is named by id alone.
    """

    kind: str
    organisation_id: UUID
    holder_organisation_id: UUID | None = None
    holder_person_id: UUID | None = None
    share_bp: int | None = None
    effective_on: date
    ended_on: date | None = None


class PairAsked(Question):
    """Two organisations of one city."""

    a: UUID
    b: UUID


class RelatedAsked(Question):
    """`POST /internal/organisations/related`: which of the pairs are related on a day (today unless told), and why."""

    city_code: str = Field(max_length=20)
    pairs: tuple[PairAsked, ...] = Field(min_length=1, max_length=100)
    on: date | None = None


class RelatedPair(Reply):
    """`path` is the shortest chain of parties between the two; `shared` names contacts and accounts both have."""

    a: UUID
    b: UUID
    related: bool
    path: tuple[PartyStep, ...] = ()
    shared: tuple[str, ...] = ()


class RelatedReply(Reply):
    """In the order of the question."""

    pairs: tuple[RelatedPair, ...]


class GroupMember(Reply):
    """An organisation under the same ultimate controller, and the chain that makes it one."""

    organisation_id: UUID
    path: tuple[PartyStep, ...] = ()


class ControllerGroupReply(Reply):
    """`GET /internal/organisations/{id}/controller-group`: all under the same ultimate controller, itself too.

    `is_known` is false while nobody has stated who controls it: the members are then those we know of, no more.
    `predecessors` were merged into it: what they were given counts as its own.
    """

    organisation_id: UUID
    city_code: str
    on: date
    is_known: bool
    members: tuple[GroupMember, ...]
    predecessors: tuple[UUID, ...] = ()


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
