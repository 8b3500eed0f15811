"""Scans and batches on the wire."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from gateway.window.cases.schemas import OrganisationId
from gateway.window.consents.schemas import ConsentId
from gateway.window.eligibility import examples
from gateway.window.eligibility.held import Source
from gateway.window.eligibility.models import Basis
from gateway.window.eligibility.rules import Status
from kernel.ids import public_id
from kernel.money import FEN_MAX
from kernel.schemas import Code, Instant, Name, Wire, WireIn

ScanId = Annotated[UUID, public_id("scn")]
CarrierId = Annotated[UUID, public_id("car")]
Whole = Annotated[int, Field(strict=True, ge=0, le=FEN_MAX)]
FactValue = StrictBool | Whole | Name | Annotated[list[Code], Field(max_length=50)]
QUESTIONS_MAX = 1_000


class ScanIn(WireIn):
    """Whom to scan. `facts` are what the applicant states, by fact id; what a service knows counts before it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SCAN_IN]})

    organisation_id: OrganisationId
    carrier_id: CarrierId | None = None
    facts: Annotated[dict[Code, FactValue], Field(max_length=100)] = Field(default_factory=dict)


class ScanReasonOut(Wire):
    """A coded reason against, with its clauses, in both languages."""

    code: str
    clauses: list[str]
    zh: str
    en: str
    facts: dict[str, Any]


class MissingOut(Wire):
    """A fact nobody has said. `choices`: the values the programme has something for, where it names them.

    `away` is the service that alone may say it and did not answer: ask again later.
    """

    fact: str
    type: str
    zh: str
    en: str
    choices: list[str]
    away: Source | None


class ChangeOut(Wire):
    """One of the least changes that together would make it eligible."""

    fact: str
    zh: str
    en: str
    actual: Any
    needed: Any
    clauses: list[str]


class ToldOut(Wire):
    """A fact the programme was told, by whom; `overruled` is what was stated and did not count."""

    fact: str
    value: Any
    source: Source
    overruled: Any


class StepOut(Wire):
    """One step of the reasoning: a parameter with its version and clauses, a fact, a result."""

    step: Literal["parameter", "fact", "result"]
    name: str
    value: Any
    clauses: list[str] = Field(default_factory=list)
    version: int | None = None
    source: str | None = None
    effective_on: date | None = None


class WayOut(Wire):
    """A service item that leads to the programme, and where it is applied for; null where nobody applies."""

    id: str
    zh: str
    en: str
    apply_at: str | None


class ResultOut(Wire):
    """What a programme says: `eligible` with amounts in fen, terms and trace; `nearly` with the least changes;
    `undetermined` with the facts that are missing; `not_eligible` with all reasons; `not_open` while parameters are.

    `level` and `designation` are those held, for a recognition those asked for.
    """

    programme: str
    zh: str
    en: str
    act: str
    service: str
    carrier_id: CarrierId | None
    carrier_name: str | None
    level: str | None
    designation: str | None
    status: Status
    clauses: list[str]
    amounts: dict[str, int]
    terms: dict[str, Any]
    reasons: list[ScanReasonOut]
    missing: list[MissingOut]
    changes: list[ChangeOut]
    open_parameters: list[str]
    facts: list[ToldOut]
    trace: list[StepOut]
    items: list[WayOut]


class ScanOut(Wire):
    """Every live programme of the city, in the pack's order. Amounts are what would be granted today, not a promise."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SCAN]})

    id: ScanId
    organisation_id: OrganisationId
    city_code: str
    basis: Basis
    consent_id: ConsentId | None
    policy_version: int
    policy_hash: str
    as_of: date
    sources_away: list[Source]
    counts: dict[Status, int]
    results: list[ResultOut]


class ScanRecordOut(Wire):
    """Who looked at whom, when, on what ground. What was seen is kept nowhere."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECORD]})

    id: ScanId
    organisation_id: OrganisationId
    city_code: str
    basis: Basis
    consent_id: ConsentId | None
    scanned_by: str
    scanned_at: Instant
    policy_version: int
    policy_hash: str
    sources_away: list[Source]


class QuestionIn(WireIn):
    """A programme, one of its acts, and the facts to decide on."""

    programme: Code
    act: Code
    facts: Annotated[dict[Code, Any], Field(max_length=100)]


class BatchIn(WireIn):
    """Up to a thousand questions, each {programme, act, facts}. One that cannot be read has its error in its place."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH_IN]})

    questions: Annotated[list[Any], Field(min_length=1, max_length=QUESTIONS_MAX)]


class QuestionErrorOut(Wire):
    """Why a question has no answer. `pointer` leads to the fault inside the question."""

    pointer: str
    code: str
    message: str


class AnswerOut(Wire):
    """The answer to one question: the outcome with all reasons and the trace, or `errors` alone."""

    outcome: Literal["eligible", "not_eligible", "undetermined", "refused_open"] | None
    reasons: list[ScanReasonOut]
    amounts: dict[str, int]
    terms: dict[str, Any]
    trace: list[StepOut]
    errors: list[QuestionErrorOut]


class BatchOut(Wire):
    """One answer for each question, in order, under today's policy."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH]})

    policy_version: int
    policy_hash: str
    as_of: date
    answers: list[AnswerOut]
