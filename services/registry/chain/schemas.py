"""What crosses the wire about the chain."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Code, Count, Instant, Name, Sentence, Wire, WireIn
from services.registry.carriers.schemas import CarrierId
from services.registry.chain import examples
from services.registry.chain.models import MilestoneKind
from services.registry.chain.states import Ending, OfferStatus, Stage, Standing
from services.registry.organisations.schemas import OrganisationId
from services.registry.recognition.schemas import DeterminationId, ReasonOut

ProjectId = Annotated[UUID, public_id("prj")]
OfferId = Annotated[UUID, public_id("trf")]
ShareBp = Annotated[int, Field(strict=True, ge=1, le=10_000, description="Basis points of the whole", examples=[500])]
Reference = Annotated[
    Name, Field(description="Where the paper is found: number and title", examples=["孵化协议2026-017"])
]


class ProjectIn(WireIn):
    """A project of an organisation you act for."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROJECT_IN]})

    name: Name
    organisation_id: OrganisationId


class AdmissionIn(WireIn):
    """Taken into a carrier you run. `admitted_on`: today at the latest."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADMISSION_IN]})

    carrier_id: CarrierId
    stage: Stage
    admitted_on: date
    agreement_reference: Reference


class OfferIn(WireIn):
    """Offered to another carrier, which answers within the city's working days.

    `revenue_growth_bp`: the firm's growth of revenue over a year, where it asks for precedence in an accelerator.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OFFER_IN]})

    to_carrier_id: CarrierId
    stage: Stage
    revenue_growth_bp: Count | None = None


class AcceptanceIn(WireIn):
    """The agreement under which the carrier takes the project in, today."""

    agreement_reference: Reference


class ReasonIn(WireIn):
    """Why, for the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REASON_IN]})

    reason: Sentence


class LeavingIn(WireIn):
    """Out of the chain without graduation. `on`: the first day it is no longer there."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LEAVING_IN]})

    on: date
    reason: Sentence


class GraduationIn(WireIn):
    """`criteria`: those of the city's pack that are met. `on`: the first day it is no longer there."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.GRADUATION_IN]})

    on: date
    criteria: Annotated[list[Code], Field(min_length=1, max_length=20)]
    evidence: Reference


class IncorporationIn(WireIn):
    """The firm the team became; the project keeps its line."""

    organisation_id: OrganisationId
    effective_on: date


class EquityIn(WireIn):
    """The share a carrier holds from a day on; it replaces the share before. 0 ends the holding."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EQUITY_IN]})

    carrier_id: CarrierId
    share_bp: Annotated[Count, Field(le=10_000, description="Basis points of the whole")]
    held_from: date
    evidence: Reference


class MilestoneIn(WireIn):
    """What was reached, with the paper that shows it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MILESTONE_IN]})

    kind: MilestoneKind
    reached_on: date
    description: Sentence
    evidence: Reference


class ProjectOut(Wire):
    """`standing` is where it is now."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROJECT_OUT]})

    id: ProjectId
    city_code: str
    name: str
    organisation_id: OrganisationId
    standing: Standing
    registered_at: Instant


class StayOut(Wire):
    """`ended_on` is the first day it was no longer there; null while it is."""

    carrier_id: CarrierId
    carrier_name: str
    stage: Stage
    organisation_id: OrganisationId
    admitted_on: date
    ended_on: date | None
    ending: Ending | None
    end_reason: str | None
    graduation: dict[str, Any] | None
    agreement_reference: str | None


class HolderOut(Wire):
    organisation_id: OrganisationId
    effective_on: date


class EquityOut(Wire):
    carrier_id: CarrierId
    share_bp: int
    held_from: date
    held_until: date | None
    evidence: str


class MilestoneOut(Wire):
    kind: MilestoneKind
    reached_on: date
    description: str
    evidence: str


class ChainOut(Wire):
    """Where the project was on the day, since when, and all that came before. `now` is null when it was nowhere."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHAIN]})

    project_id: ProjectId
    name: str
    on: date
    organisation_id: OrganisationId
    standing: Standing
    now: StayOut | None
    since: date | None
    history: list[StayOut]
    holders: list[HolderOut]
    equity: list[EquityOut]
    milestones: list[MilestoneOut]


class OfferOut(Wire):
    """`from_carrier_id` is null where the project's own holder offers it. It lapses after `expires_on`.

    `precedence`: eligible, not_eligible, undetermined or refused_open, by the determination beside it; null where the
    city gives none or none was asked for. Precedence is never automatic: the carrier answers.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OFFER]})

    id: OfferId
    project_id: ProjectId
    from_carrier_id: CarrierId | None
    to_carrier_id: CarrierId
    stage: Stage
    status: OfferStatus
    offered_on: date
    expires_on: date
    expires_provisional: bool
    precedence: str | None
    determination_id: DeterminationId | None
    answered_at: Instant | None
    reason: str | None


class CompletenessOut(Wire):
    """Whether an operator's carriers make the whole chain. While the city has not set
    the kinds of a stage, it is undetermined.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMPLETENESS]})

    organisation_id: OrganisationId
    outcome: str
    reasons: list[ReasonOut]


class CarrierStayOut(Wire):
    """A stay as its carrier lists it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CARRIER_STAY]})

    project_id: ProjectId
    project_name: str
    organisation_id: OrganisationId
    stage: Stage
    admitted_on: date
    ended_on: date | None
    ending: Ending | None


class StageCountOut(Wire):
    """Distinct projects: in the stage now, and those whose stay in it ended in each way."""

    stage: Stage
    staying: int
    transferred: int
    graduated: int
    left: int


class StageCountsOut(Wire):
    items: list[StageCountOut]
