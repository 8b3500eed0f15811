"""What crosses the wire about terms, renewals and changes of recognitions."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from services.registry.carriers.schemas import Facts, PremisesIn
from services.registry.organisations.schemas import OrganisationId
from services.registry.recognition.schemas import DeterminationId, EvidenceIn, RecognitionId
from services.registry.upkeep import examples
from services.registry.upkeep.states import ChangeKind, EndCause, RequestStatus

RenewalId = Annotated[UUID, public_id("ren")]
ChangeId = Annotated[UUID, public_id("chg")]


class RenewalIn(WireIn):
    """What an officer found; `facts` correct what the register has. Judged by the criteria in force today."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "facts": {"tenants": 31},
                    "evidence": [{"title": "续期核查记录", "reference": "2029-核-007"}],
                    "opinion": "仍符合认定条件",
                }
            ]
        }
    )

    facts: Facts = Field(default_factory=dict)
    evidence: Annotated[list[EvidenceIn], Field(min_length=1, max_length=50)]
    opinion: Sentence


class ChangeIn(WireIn):
    """One change: `name`, `operator_id` or `premises`, whichever `kind` says; `grounds` go on record.

    The operator's own id asks for a certificate with its present name and credit code.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "name", "name": "云龙湖科创众创空间", "grounds": "品牌更名,已办理商标变更"}]
        }
    )

    kind: ChangeKind
    name: Name | None = None
    operator_id: OrganisationId | None = None
    premises: Annotated[list[PremisesIn], Field(min_length=1, max_length=50)] | None = None
    grounds: Sentence

    @model_validator(mode="after")
    def _one_of_its_kind(self) -> Self:
        given = {
            ChangeKind.NAME: self.name,
            ChangeKind.OPERATOR: self.operator_id,
            ChangeKind.PREMISES: self.premises,
        }
        if [kind for kind, value in given.items() if value is not None] != [self.kind]:
            raise PydanticCustomError("value_error", "exactly what its kind says")
        return self


class RequestDecisionIn(WireIn):
    """`grant` or `refuse`, with the reason that goes on record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "grant", "reason": "材料齐全,符合规定"}]})

    outcome: Literal["grant", "refuse"]
    reason: Sentence


class RenewalOut(Wire):
    """`valid_until` and `certificate_number` are those of the new term, once it is granted."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RENEWAL]})

    id: RenewalId
    recognition_id: RecognitionId
    status: RequestStatus
    evidence: dict[str, Any]
    determination_id: DeterminationId
    reviewed_by: str
    reviewed_at: Instant
    valid_months: int
    decided_by: str | None
    decided_at: Instant | None
    decision_reason: str | None
    valid_until: date | None
    certificate_number: str | None


class ChangeOut(Wire):
    """`wanted` and `former` hold `name`, `operator_id` or `premises`."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGE]})

    id: ChangeId
    recognition_id: RecognitionId
    kind: ChangeKind
    status: RequestStatus
    wanted: dict[str, Any]
    former: dict[str, Any] | None
    grounds: str
    requested_by: str
    requested_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    decision_reason: str | None
    certificate_number: str | None


class TaxInformationOut(Wire):
    """Information, not relief: the tax authority decides. `from_month` is the month after the recognition.

    `until_month` is the month in which the recognition ended; null while it stands.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TAX]})

    programme: str
    clauses: list[str]
    from_month: str
    until_month: str | None
    text: str


class UpkeepOut(Wire):
    """What became of a recognition since it was given. `valid_until` is null where the pack names no validity."""

    recognition_id: RecognitionId
    recognised_on: date
    valid_until: date | None
    ended_on: date | None
    end_cause: EndCause | None
    renewals: list[RenewalOut]
    changes: list[ChangeOut]
    tax: list[TaxInformationOut]
