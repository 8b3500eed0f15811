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
