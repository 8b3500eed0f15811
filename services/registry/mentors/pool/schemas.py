"""What crosses the wire about the pool of mentors."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Code, Instant, Sentence, Wire, WireIn
from services.registry.mentors.pool.models import InterestKind, MentorClass, PaymentClass, Tier
from services.registry.mentors.pool.states import Status
from services.registry.organisations.schemas import OrganisationId
from services.registry.people.schemas import EXAMPLE_NUMBER, EnrolledIn

MentorId = Annotated[UUID, public_id("mtr")]
InterestId = Annotated[UUID, public_id("mint")]
Years = Annotated[int, Field(strict=True, ge=0, le=80)]
_ENTRY: dict[str, Any] = {
    "tier": "city",
    "mentor_class": "finance",
    "source": "angel_investor",
    "payment_class": "volunteer",
    "experience_years": 8,
}


class MentorIn(WireIn):
    """An application to the pool. `source` is the class of person as the city's policy names it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_ENTRY | {"person": {"name": "韩梅梅", "paper_number": EXAMPLE_NUMBER}}]}
    )

    person: EnrolledIn
    tier: Tier
    mentor_class: MentorClass
    source: Code
    payment_class: PaymentClass
    experience_years: Years


class MentorDecisionIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "admit", "reason": "符合聘任条件"}]})

    outcome: Literal["admit", "refuse"]
    reason: Sentence


class MentorEndIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "本人辞任"}]})

    reason: Sentence


class TermOut(Wire):
    """`ends_on` is the first day after it; null while the city's text sets no term."""

    starts_on: date
    ends_on: date | None


class MentorOut(Wire):
    """`name` is null for a person who was erased. The paper's number is shown to nobody."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _ENTRY
                | {
                    "id": "mtr_01m89wy0bje669n3am2t9jft9a",
                    "name": "张三",
                    "status": "admitted",
                    "is_serving": True,
                    "applied_at": "2026-08-20T02:00:00Z",
                    "decision_reason": "符合聘任条件",
                    "ended_on": None,
                    "terms": [{"starts_on": "2026-09-01", "ends_on": "2029-09-01"}],
                }
            ]
        }
    )

    id: MentorId
    name: str | None
    tier: Tier
    mentor_class: MentorClass
    source: str
    payment_class: PaymentClass
    experience_years: int
    status: Status
    is_serving: bool
    applied_at: Instant
    decision_reason: str | None
    ended_on: date | None
    terms: list[TermOut]


class InterestIn(WireIn):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organisation_id": "org_01m89wxxrfe14rrhf4g4q47rst",
                    "kind": "invests",
                    "since_on": "2026-01-01",
                    "until_on": None,
                }
            ]
        }
    )

    organisation_id: OrganisationId
    kind: InterestKind
    since_on: date
    until_on: date | None = None


class InterestOut(Wire):
    id: InterestId
    organisation_id: OrganisationId
    kind: InterestKind
    since_on: date
    until_on: date | None


class AssessmentIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"year": 2026}]})

    year: Annotated[int, Field(strict=True, ge=2000, le=2999)]


class AssessmentOut(Wire):
    """Sessions both sides confirmed in the year, and the least the city's policy asks for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"year": 2026, "sessions": 12, "required": 10, "passed": True}]}
    )

    year: int
    sessions: int
    required: int
    passed: bool
