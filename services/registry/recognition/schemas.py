"""What crosses the wire about recognitions, notices and objections."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from kernel.supplements import Awaits
from services.registry.carriers.models import Level
from services.registry.carriers.schemas import CarrierId, Facts
from services.registry.organisations.schemas import OrganisationId
from services.registry.recognition import examples
from services.registry.recognition.states import Status, Way

RecognitionId = Annotated[UUID, public_id("rec")]
ObjectionId = Annotated[UUID, public_id("obj")]
CaseId = Annotated[UUID, public_id("case")]
DeterminationId = Annotated[UUID, public_id("det")]


class EvidenceIn(WireIn):
    """A paper or record the reviewer has seen; `sha256` of its file, if it has one."""

    title: Name
    reference: Name
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class ReviewIn(WireIn):
    """What the second officer found. `facts` correct what was stated; `is_verified` false says it does not hold.

    `issuing_authority` is needed to record an upper-level recognition.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "is_verified": True,
                    "facts": {"tenants": 25},
                    "evidence": [{"title": "现场核查记录", "reference": "2026-核-031"}],
                    "issuing_authority": None,
                    "opinion": "现场核查,入驻25家,其余与申报一致",
                }
            ]
        }
    )

    is_verified: bool = Field(default=True, strict=True)
    facts: Facts = Field(default_factory=dict)
    evidence: Annotated[list[EvidenceIn], Field(min_length=1, max_length=50)]
    issuing_authority: Name | None = None
    opinion: Sentence


class DecisionIn(WireIn):
    """`recognise` or `refuse`, with the reason that goes on record."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "recognise", "reason": "公示期满无异议,符合认定条件"}]}
    )

    outcome: Literal["recognise", "refuse"]
    reason: Sentence


class ObjectionIn(WireIn):
    """By name, with a way to reach whoever objects; neither is published."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"objector": "王某", "contact": "邮寄地址", "statement": "该空间入驻企业与另一空间重复统计"}]
        }
    )

    objector: Name
    contact: Name
    statement: Sentence


class ResolutionIn(WireIn):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"upheld": False, "opinion": "经核实,两空间入驻企业名单无重复"}]}
    )

    upheld: bool = Field(strict=True)
    opinion: Sentence


class ReasonOut(Wire):
    code: str
    clauses: list[str]
    text: str
    facts: dict[str, Any]


class PublicNoticeOut(Wire):
    """Objections count until midnight (Asia/Shanghai) after `closes_on`; provisional while the calendar may change."""

    published_on: date
    closes_on: date
    provisional: bool


class RecognitionOut(Wire):
    """`evidence` holds the facts decided on, each with its source, and the papers seen."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECOGNITION]})

    id: RecognitionId
    city_code: str
    case_id: CaseId
    case_number: str
    item: str
    programme: str | None
    way: Way
    applicant_id: OrganisationId
    carrier_id: CarrierId | None
    level: Level | None
    is_key: bool | None
    status: Status
    accepted_on: date
    awaits: Awaits
    reasons: list[ReasonOut]
    evidence: dict[str, Any] | None
    determination_id: DeterminationId | None
    reviewed_by: str | None
    reviewed_at: Instant | None
    notice: PublicNoticeOut | None
    decided_by: str | None
    decided_at: Instant | None
    decision_reason: str | None
    certificate_number: str | None


class NoticeOut(Wire):
    """What stands on public notice: nothing about persons."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.NOTICE]})

    recognition_id: RecognitionId
    case_number: str
    carrier_id: CarrierId
    carrier_name: str
    operator_name: str
    level: Level
    is_key: bool
    notice: PublicNoticeOut


class ObjectionReceiptOut(Wire):
    id: ObjectionId
    recognition_id: RecognitionId
    filed_at: Instant


class ObjectionOut(ObjectionReceiptOut):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.OBJECTION]})

    objector: str
    contact: str
    statement: str
    upheld: bool | None
    opinion: str | None
    resolved_by: str | None
    resolved_at: Instant | None
    withdrawn_at: Instant | None


class ObjectionsOut(Wire):
    items: list[ObjectionOut]
