"""What crosses the wire about supported people. A paper's number goes in and never comes out."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.money import BasisPoints, Fen
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from services.registry.carriers.schemas import Facts
from services.registry.organisations.schemas import OrganisationId
from services.registry.people.schemas import EXAMPLE_NUMBER, EnrolledIn
from services.registry.talent.rules import TalentKind
from services.registry.talent.states import Status

TalentId = Annotated[UUID, public_id("tal")]
_STATUS: dict[str, Any] = {
    "kind": "off_post",
    "unit_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "firm_id": None,
    "starts_on": "2026-09-01",
    "ends_on": "2029-09-01",
}


class ConsentIn(WireIn):
    """The person's own consent: when it was given, and the paper or record it stands on."""

    given_on: date
    reference: Name


class TalentIn(WireIn):
    """`ends_on` is the first day after; a post or status that is kept must say until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _STATUS
                | {
                    "person": {"name": "韩梅梅", "paper_number": EXAMPLE_NUMBER},
                    "consent": {"given_on": "2026-08-20", "reference": "同意书2026-17"},
                }
            ]
        }
    )

    person: EnrolledIn
    kind: TalentKind
    unit_id: OrganisationId | None = None
    firm_id: OrganisationId | None = None
    starts_on: date
    ends_on: date | None = None
    consent: ConsentIn


class TalentDecisionIn(WireIn):
    """`facts` are what the reviewer verified, by the fact ids of the city's pack; years are counted, not stated."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"outcome": "confirm", "reason": "原单位同意", "facts": {"unit_consents": True}}]
        }
    )

    outcome: Literal["confirm", "refuse"]
    reason: Sentence
    facts: Facts = Field(default_factory=dict)


class TalentEndIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"ended_on": "2027-09-01", "reason": "返回原单位"}]})

    ended_on: date
    reason: Sentence


class TalentOut(Wire):
    """`name` is null once the consent was withdrawn."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _STATUS
                | {
                    "id": "tal_01m89wy0bje669n3am2t9jft9a",
                    "name": "李四",
                    "clause": "JX-14",
                    "status": "confirmed",
                    "consented_on": "2026-08-20",
                    "consent_withdrawn_at": None,
                    "applied_at": "2026-08-20T02:00:00Z",
                    "decision_reason": "原单位同意",
                }
            ]
        }
    )

    id: TalentId
    name: str | None
    kind: TalentKind
    clause: str
    unit_id: OrganisationId | None
    firm_id: OrganisationId | None
    starts_on: date
    ends_on: date | None
    status: Status
    consented_on: date
    consent_withdrawn_at: Instant | None
    applied_at: Instant
    decision_reason: str | None


class TalentCountsOut(Wire):
    """People with a confirmed status on the day, each once; `by_kind` may name one person under several kinds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2026-09-01", "people": 2, "by_kind": {"off_post": 1, "listed": 2}}]}
    )

    on: date
    people: int
    by_kind: dict[str, int]


class ReturnsOut(Wire):
    """`permitted`: the share is reached, or a contract says otherwise. The incentive stays outside the wage base."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "income_fen": 100000001,
                    "given_fen": 70000000,
                    "share_bp": 7000,
                    "least_fen": 70000001,
                    "short_fen": 1,
                    "reached": False,
                    "permitted": False,
                    "clauses": ["JX-15"],
                }
            ]
        }
    )

    income_fen: Fen
    given_fen: Fen
    share_bp: BasisPoints
    least_fen: Fen
    short_fen: Fen
    reached: bool
    permitted: bool
    clauses: list[str]
