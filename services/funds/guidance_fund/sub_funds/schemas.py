"""What crosses the wire about sub-funds and drawdowns. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from kernel.money import Fen, PositiveFen
from kernel.schemas import Count, Name, Sentence, Wire, WireIn, of_the_city
from services.funds.guidance_fund import examples
from services.funds.guidance_fund.ids import CommitmentId, DrawdownId, ProposalId, ShareId, SubFundId
from services.funds.guidance_fund.selection.schemas import Terms
from services.funds.guidance_fund.sub_funds.states import DrawdownStatus, ShareStatus, Status
from services.funds.ids import DeterminationId, OrganisationId, PaymentOrderId

Reference = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._/\-]+$")]


class InvestorIn(WireIn):
    """Another investor than the city."""

    level: Literal["district", "province", "social"]
    investor: Name
    amount_fen: PositiveFen


class SubFundIn(WireIn):
    """An approved proposal was founded: the vehicle as the registry has it, its record number and custodian bank.

    The city's commitment is what was approved; `investors` are all the others.
    """

    model_config = ConfigDict(json_schema_extra={"example": examples.SUB_FUND_IN})

    proposal_id: ProposalId
    organisation_id: OrganisationId
    registration: Name
    custodian: Name
    established_on: date
    investors: Annotated[list[InvestorIn], Field(max_length=200)]


class CommitmentOut(Wire):
    id: CommitmentId
    number: Count
    level: str
    investor: str
    amount_fen: Fen
    called_fen: Fen
    paid_fen: Fen
    returned_fen: Fen
    gained_fen: Fen
    transferred_to: str | None


class SubFundOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUB_FUND]})

    id: SubFundId
    proposal_id: ProposalId
    manager_id: OrganisationId
    organisation_id: OrganisationId
    name: str
    vehicle: str
    programme: str
    fund: str
    policy_year: int
    size_fen: Fen
    public_fen: Fen
    terms: Terms
    registration: str
    custodian: str
    established_on: date
    first_paid_on: date | None
    status: Status
    determination_id: DeterminationId
    recorded_at: Annotated[datetime, of_the_city("established_at")]


class SubFundWithInvestors(SubFundOut):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUB_FUND_WITH_INVESTORS]})

    commitments: list[CommitmentOut]


class DrawdownIn(WireIn):
    """`reference` is the manager's own: the same is never asked for twice."""

    model_config = ConfigDict(json_schema_extra={"example": examples.DRAWDOWN_IN})

    reference: Reference
    amount_fen: PositiveFen
    purpose: Sentence
    due_on: date


class ReceiptIn(WireIn):
    model_config = ConfigDict(
        json_schema_extra={"example": {"commitment_id": "cmt_01m89wy09ge7dt9ww4xaxs9v4m", "received_on": "2027-01-12"}}
    )

    commitment_id: CommitmentId
    received_on: date


class ShareOut(Wire):
    id: ShareId
    commitment_id: CommitmentId
    number: Count
    amount_fen: Fen
    status: ShareStatus
    payment_order_id: PaymentOrderId | None
    settled_on: date | None
    received_on: date | None


class DrawdownOut(Wire):
    """`shares` are empty until it is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DRAWDOWN]})

    id: DrawdownId
    sub_fund_id: SubFundId
    reference: str
    amount_fen: Fen
    purpose: str
    due_on: date
    status: DrawdownStatus
    shares: list[ShareOut]
    recorded_at: Annotated[datetime, of_the_city("asked_at")]
