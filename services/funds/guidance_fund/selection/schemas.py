"""What crosses the wire about calls and proposals. Amounts in fen, ratios in basis points."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.money import BasisPoints, Fen, PositiveFen
from kernel.schemas import Code, Name, Sentence, Wire, WireIn, of_the_city
from services.funds.applications.schemas import FactValue
from services.funds.guidance_fund import examples
from services.funds.guidance_fund.ids import CallId, ExpertId, ProposalId
from services.funds.guidance_fund.selection.states import Status
from services.funds.ids import DeterminationId, OrganisationId

Years = Annotated[int, Field(strict=True, ge=1, le=50)]
Multiple = Annotated[int, Field(strict=True, ge=0, le=100_000, description="Multiple in basis points, 10000 is once")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"\S")]


class CallIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": examples.CALL_IN})

    programme: Code
    title: Name
    text: Text
    opens_on: date
    closes_on: date

    @model_validator(mode="after")
    def closes_after_it_opens(self) -> "CallIn":
        """The last day is not before the first."""
        if self.closes_on < self.opens_on:
            raise PydanticCustomError("closes_before_opening", "closes_on lies before opens_on")
        return self


class CallOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.CALL]})

    id: CallId
    programme: str
    title: str
    text: str
    opens_on: date
    closes_on: date
    recorded_at: Annotated[datetime, of_the_city("published_at")]


class Terms(WireIn):
    """What is agreed with the other investors. Public money shares gains and losses: nothing here can promise it or
    anybody principal or a return. Of a firm only `agreed_exit_years` and `gain_given_up_bp` are asked.

    `social_capital_first`: public money is paid only after the others' shares of a drawdown are in.

    `carry_bp` is the manager's part of what all investors together gain beyond `hurdle_bp` a year. The hurdle is a
    threshold for the manager and no promise to anybody: where there is no such gain, nobody owes it.
    """

    agreed_exit_years: Years
    gain_given_up_bp: BasisPoints
    fund_term_years: Years | None = None
    management_fee_bp: BasisPoints | None = None
    reinvestment_bp: Multiple | None = None
    social_capital_first: Annotated[bool, Field(strict=True)] = True
    hurdle_bp: BasisPoints | None = None
    carry_bp: BasisPoints | None = None

    @model_validator(mode="after")
    def threshold_of_a_carry(self) -> "Terms":
        """A hurdle by itself would say what investors may expect: it stands only as the threshold of a carry."""
        if self.hurdle_bp is not None and self.carry_bp is None:
            raise PydanticCustomError("hurdle_without_carry", "hurdle_bp is the threshold of carry_bp")
        return self


class ProposalIn(WireIn):
    """`size_fen` is what all investors together commit, `asked_fen` the public part that is asked for."""

    model_config = ConfigDict(json_schema_extra={"example": examples.PROPOSAL_IN})

    call_id: CallId
    name: Name
    vehicle: Literal["fund", "institution", "firm"] = "fund"
    plan: Text
    size_fen: PositiveFen
    asked_fen: PositiveFen
    terms: Terms
    documents: Annotated[list[Code], Field(max_length=50)]

    @model_validator(mode="after")
    def asks_for_a_part(self) -> "ProposalIn":
        """Public money is part of the whole."""
        if self.asked_fen > self.size_fen:
            raise PydanticCustomError("asked_above_size", "asked_fen is more than size_fen")
        return self


class ExaminationIn(WireIn):
    """What due diligence found. `facts` under the names the programme tests, such as `targets_early_tech_firms`."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"findings": "管理团队两期基金均已退出,社会资本出资承诺已核实。", "facts": {}}}
    )

    findings: Sentence
    facts: Annotated[dict[Code, FactValue], Field(max_length=50)] = Field(default_factory=dict)


class Vote(WireIn):
    expert_id: ExpertId
    vote: Literal["for", "against", "recused"]


class VotesIn(WireIn):
    """The minutes of the experts' vote. Who is recused is named and does not count."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "voted_on": "2026-12-10",
                "votes": [{"expert_id": "exp_01m89wy09ge7dt9ww4xaxs9v4m", "vote": "for"}],
            }
        }
    )

    voted_on: date
    votes: Annotated[list[Vote], Field(min_length=1, max_length=99)]

    @model_validator(mode="after")
    def each_expert_once(self) -> "VotesIn":
        """Nobody has two votes."""
        if len({vote.expert_id for vote in self.votes}) < len(self.votes):
            raise PydanticCustomError("expert_twice", "an expert is named twice")
        return self


class DecisionIn(WireIn):
    """`amount_fen` is what public money commits: at most what was asked for. None for a refusal."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"outcome": "approved", "amount_fen": 4000000000, "reason": "同意参股。"}}
    )

    outcome: Literal["approved", "refused"]
    amount_fen: PositiveFen | None = None
    reason: Sentence

    @model_validator(mode="after")
    def amount_with_approval(self) -> "DecisionIn":
        """An approval says how much, a refusal nothing."""
        if (self.amount_fen is not None) != (self.outcome == "approved"):
            raise PydanticCustomError("amount_with_approval", "amount_fen belongs to an approval")
        return self


class ProposalOut(Wire):
    """A proposal as it stands; `notice_provisional`: a notice of holidays may still move the day, later only."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROPOSAL]})

    id: ProposalId
    call_id: CallId
    manager_id: OrganisationId
    manager_name: str
    name: str
    vehicle: str
    plan: str
    size_fen: Fen
    asked_fen: Fen
    terms: Terms
    documents: list[str]
    lodged_on: date
    status: Status
    findings: str | None
    facts: dict[str, Any] | None
    votes: list[Vote] | None
    voted_on: date | None
    notice_from: date | None
    notice_until: date | None
    notice_provisional: bool
    approved_fen: Fen | None
    determination_id: DeterminationId | None
    decision: str | None
    recorded_at: Annotated[datetime, of_the_city("lodged_at")]
