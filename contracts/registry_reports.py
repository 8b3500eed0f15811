"""Facts of the registry about evaluation, statistics, duties and reports, mentors and talent.

An `organisation_id` that may be null is whose carrier or reporter it is: none where the reporter is no organisation of
the register, or in what was told before it was named.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.base import Event


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
    organisation_id: UUID | None = None


class EvaluationAppealAnswered(Event):
    """`outcome`: rejected, corrected or exempted; `grade` is what stands afterwards, null for who is exempted."""

    TYPE: ClassVar[str] = "evaluation.appeal_answered"

    evaluation_id: UUID
    round_id: UUID
    carrier_id: UUID
    outcome: str
    grade: str | None
    organisation_id: UUID | None = None


class CarrierEvaluated(Event):
    """The final grade of a carrier in a year's evaluation, for awards by grade (XZ-24, JX-19, LZ-18, WH-21).

    `score_bp` is of 10000, rounded down. `determination_id` has the trace by indicator. The round's opening
    (`accepted_on`, `accepted_at`) fixed the policy version. `participated` false: graded for not taking part.
    `level` is the highest that stands on the day, null when none does.
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
    level: str | None = None


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
    organisation_id: UUID | None = None


class ReportReturned(Event):
    """It was sent back; the reasons stand at the report."""

    TYPE: ClassVar[str] = "progress_report.returned"

    report_id: UUID
    duty_day_id: UUID
    reporter_id: UUID
    organisation_id: UUID | None = None


class ReportAccepted(Event):
    """Its figures, whole numbers by target, count from now on."""

    TYPE: ClassVar[str] = "progress_report.accepted"

    report_id: UUID
    duty_day_id: UUID
    reporter_id: UUID
    figures: dict[str, int]
    organisation_id: UUID | None = None


class ReportsReminded(Event):
    """The due day is near and these have not reported."""

    TYPE: ClassVar[str] = "progress_report.reminded"

    duty_day_id: UUID
    duty: str
    due_on: date
    reporter_ids: list[UUID]
    organisation_ids: tuple[UUID, ...] = ()


class ReportsOverdue(Event):
    """The due day is over and these have not reported."""

    TYPE: ClassVar[str] = "progress_report.overdue"

    duty_day_id: UUID
    duty: str
    due_on: date
    reporter_ids: list[UUID]
    organisation_ids: tuple[UUID, ...] = ()


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
    organisation_id: UUID | None = None


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
