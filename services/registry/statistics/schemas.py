"""What crosses the wire about statistical reports."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from kernel.ids import public_id
from kernel.schemas import Code, Instant, Sentence, Wire, WireIn
from services.registry.carriers.models import CarrierKind, Level
from services.registry.carriers.schemas import CarrierId
from services.registry.organisations.schemas import OrganisationId
from services.registry.statistics import examples
from services.registry.statistics.aggregates import Grouping
from services.registry.statistics.states import Status

RoundId = Annotated[UUID, public_id("sro")]
ReportId = Annotated[UUID, public_id("srp")]
Typed = Annotated[int, Field(strict=True)] | StrictBool | Annotated[str, Field(max_length=300)] | None
Rows = Annotated[list[dict[Code, Typed]], Field(max_length=10_000)]


class RoundIn(WireIn):
    """Any day of the period; its length and its last day to hand in come from the city's policy."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"day": "2026-06-30"}]})

    day: date = Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))


class RoundOut(Wire):
    """`due_on` counts working days after `period_until`, or after the day of a round that opened by itself too late;
    provisional while the calendar may still move it later.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROUND]})

    id: RoundId
    city_code: str
    period_from: date
    period_until: date
    form_on: date
    due_on: date
    due_provisional: bool
    clauses: list[str]
    opened_at: Instant
    closed_at: Instant | None


class ReportIn(WireIn):
    """Rows by section of the form, whole numbers in its units. `explanations` by field say why a figure jumped.

    A correction needs a `reason`; what equals the newest revision is that revision.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPORT_IN]})

    form_on: date
    sections: dict[Code, Rows] = Field(max_length=20)
    explanations: dict[Code, Sentence] = Field(default_factory=dict, max_length=100)
    reason: Sentence | None = None


class ReturnIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "在孵企业表缺少两家企业的入驻协议起始日"}]})

    reason: Sentence


class FoundOut(Wire):
    """A finding on record: what follows of a missed report, which clause leaves it open, or which figure jumped."""

    code: str
    clauses: list[str]
    text: str
    facts: dict[str, Any]


class ReportOut(Wire):
    """`figures` are those of the newest revision, in the units of the form; `accepted_revision` is what counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPORT]})

    id: ReportId
    round_id: RoundId
    carrier_id: CarrierId
    carrier_name: str
    operator_id: OrganisationId
    carrier_kind: CarrierKind
    level: Level
    district_code: str | None
    period_from: date
    period_until: date
    due_on: date
    status: Status
    revision: int
    first_submitted_on: date | None
    is_late: bool | None
    figures: dict[str, int] | None
    firms: int | None
    return_reason: str | None
    accepted_revision: int | None
    consequence: FoundOut | None


class DecisionOut(Wire):
    is_accepted: bool
    reason: str | None
    decided_by: str
    decided_at: Instant


class RevisionOut(Wire):
    """One handing-in, as it was. `warnings`: jumps that its `explanations` explain, a later report that must follow."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REVISION]})

    number: int
    source: str
    reason: str | None
    explanations: dict[str, str]
    warnings: list[FoundOut]
    decisions: list[DecisionOut]
    submitted_by: str
    submitted_at: Instant
    content_sha256: str


class RevisionContentOut(RevisionOut):
    """With every row, by section."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REVISION_CONTENT]})

    content: dict[str, list[dict[str, Any]]]


class CellOut(Wire):
    """A group; `figures` is null, or one of them is, where it would tell of a single reporter."""

    group: str
    name: str
    carriers: int
    firms: int | None
    figures: dict[str, int | None] | None


class AggregatesOut(Wire):
    """`total` is null by period: stocks of several periods do not add up."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.AGGREGATES]})

    by: Grouping
    round_id: RoundId | None
    units: dict[str, str]
    cells: list[CellOut]
    total: CellOut | None
