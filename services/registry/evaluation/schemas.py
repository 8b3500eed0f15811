"""What crosses the wire about rounds of evaluation and what happens in them. Scores and weights are basis points."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from kernel.ids import public_id
from kernel.money import FEN_MAX
from kernel.schemas import Code, Instant, Sentence, Wire, WireIn
from services.registry.carriers.models import CarrierKind
from services.registry.carriers.schemas import CarrierId
from services.registry.evaluation import examples
from services.registry.evaluation.states import RoundStatus, Status
from services.registry.organisations.schemas import OrganisationId
from services.registry.recognition.schemas import DeterminationId, EvidenceIn, ReasonOut

RoundId = Annotated[UUID, public_id("evr")]
EvaluationId = Annotated[UUID, public_id("eva")]
YEAR_MIN, YEAR_MAX, ROSTER_MAX = 2015, 2100, 500
Year = Annotated[int, Field(ge=YEAR_MIN, le=YEAR_MAX)]
# Below nought and beyond a unit is refused by the rule with all other reasons, not by the shape.
Value = Annotated[int, Field(strict=True, ge=-FEN_MAX, le=FEN_MAX, description="Whole, in the indicator's unit")]
IndicatorId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Evidence = Annotated[list[EvidenceIn], Field(max_length=20, default_factory=list)]
Subject = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._:@/\-]+$"),
    Field(description="The account or client that verifies", examples=["person:evaluator-1@320300"]),
]


class ExemptionIn(WireIn):
    """A carrier that need not take part this time, and why."""

    carrier_id: CarrierId
    reason: Sentence


class RoundIn(WireIn):
    """Opens today. Who holds a level the programme evaluates must take part; `closes_on` is the last day to report."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROUND_IN]})

    programme: Code
    year: Annotated[int, Field(strict=True, ge=YEAR_MIN, le=YEAR_MAX)]
    closes_on: date
    exempt: Annotated[list[ExemptionIn], Field(max_length=ROSTER_MAX, default_factory=list)]


class AssignmentIn(WireIn):
    """Who verifies which of the round's carriers. `organisation_id` is the body the evaluator belongs to."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ASSIGNMENT_IN]})

    evaluator: Subject
    organisation_id: OrganisationId | None = None
    evaluations: Annotated[list[EvaluationId], Field(min_length=1, max_length=ROSTER_MAX)]


class ReportedIn(WireIn):
    """One indicator as the operator has it, with the papers that show it. A flag is 0 or 1."""

    value: Value
    evidence: Evidence


class ReportIn(WireIn):
    """Every indicator the carrier reports itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPORT_IN]})

    values: Annotated[dict[IndicatorId, ReportedIn], Field(min_length=1, max_length=60)]


class VerifiedIn(WireIn):
    """One indicator as it was found. A value that departs from what was reported or registered has its reason."""

    value: Value
    reason: Sentence | None = None
    evidence: Evidence


class VerificationIn(WireIn):
    """Every indicator of the system, and the opinion that goes on record."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.VERIFICATION_IN]})

    values: Annotated[dict[IndicatorId, VerifiedIn], Field(min_length=1, max_length=60)]
    opinion: Sentence


class RecusalIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "曾为该空间提供有偿咨询"}]})

    reason: Sentence


class AppealIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"statement": "活动场次核减3场有误,签到表已补充"}]})

    statement: Sentence


class AnswerIn(WireIn):
    """`corrected` names the values that were wrong; `exempted` is for who had a good reason not to take part."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ANSWER_IN]})

    outcome: Literal["rejected", "corrected", "exempted"]
    opinion: Sentence
    corrected: Annotated[dict[IndicatorId, Value], Field(max_length=60, default_factory=dict)]


class ResultsNoticeOut(Wire):
    """Notice and time to appeal run from `published_on`, not counted; provisional while calendars may change."""

    published_on: date
    closes_on: date
    appeals_until_on: date
    provisional: bool


class RoundOut(Wire):
    """`carriers` counts those of the round by status; `reasons` say what could not be judged when it became final."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROUND]})

    id: RoundId
    city_code: str
    programme: str
    year: int
    status: RoundStatus
    opened_on: date
    opened_by: str
    closes_on: date
    carriers: dict[str, int]
    notice: ResultsNoticeOut | None
    scored_by: str | None
    finalised_by: str | None
    finalised_at: Instant | None
    reasons: list[ReasonOut]


class AppealOut(Wire):
    statement: str
    appealed_at: Instant
    outcome: Literal["rejected", "corrected", "exempted"] | None
    opinion: str | None
    answered_at: Instant | None


class EvaluationOut(Wire):
    """`registered` are values from the register on the closing day; `scores` is the trace of the grade by indicator.

    Verified values are the operator's to see from the publication on, to the evaluator and the city's staff at once.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EVALUATION]})

    id: EvaluationId
    round_id: RoundId
    programme: str
    year: int
    carrier_id: CarrierId
    carrier_name: str
    carrier_kind: CarrierKind
    operator_name: str
    status: Status
    exempt_reason: str | None
    participated: bool
    evaluator_organisation_id: OrganisationId | None
    evaluator: str | None
    reported: dict[str, Any]
    reported_at: Instant | None
    registered: dict[str, Any]
    verified: dict[str, Any] | None
    opinion: str | None
    verified_at: Instant | None
    score_bp: int | None
    grade: str | None
    grade_zh: str | None
    passed: bool | None
    scores: list[dict[str, Any]]
    determination_id: DeterminationId | None
    appeal: AppealOut | None
    recommendation: dict[str, Any] | None


class EvaluationsOut(Wire):
    items: list[EvaluationOut]


class IndicatorSystemOut(Wire):
    """What a round measures: the indicator system in force when it was opened, with the clauses it rests on."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SYSTEM]})

    parameter: str
    clauses: list[str]
    system: dict[str, Any]


class PublishedOut(Wire):
    """What everybody may know of a result: no score, no person."""

    carrier_name: str
    operator_name: str
    grade: str
    grade_zh: str


class PublicationOut(Wire):
    """`is_final` is false while notice and appeals run."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PUBLICATION]})

    round_id: RoundId
    programme: str
    year: int
    is_final: bool
    notice: ResultsNoticeOut
    items: list[PublishedOut]


class RankedOut(Wire):
    """Equal scores share a place."""

    place: int
    carrier_id: CarrierId
    carrier_name: str
    operator_name: str
    score_bp: int
    grade: str
    grade_zh: str
    participated: bool
    has_appealed: bool


class RankingOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.RANKING]})

    round_id: RoundId
    programme: str
    year: int
    is_final: bool
    items: list[RankedOut]
