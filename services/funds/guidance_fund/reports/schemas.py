"""What crosses the wire about reports and a sub-fund's statement. Amounts in fen, multiples in basis points."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.money import Fen
from kernel.schemas import Count, Wire, WireIn, of_the_city
from services.funds.guidance_fund import examples
from services.funds.guidance_fund.ids import InvestmentId, ReportId, SubFundId
from services.funds.guidance_fund.reports.states import Kind, Status

PeriodName = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-Q[1-4])?$")]


class ValuationIn(WireIn):
    investment_id: InvestmentId
    value_fen: Fen


class ReportIn(WireIn):
    """`valuations` name every investment that is held, at its fair value on the period's last day."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "period": "2026-Q4",
                "narrative": "在投项目经营正常。",
                "valuations": [{"investment_id": "ivt_01m89wy09ge7dt9ww4xaxs9v4m", "value_fen": 1200000000}],
            }
        }
    )

    period: PeriodName
    narrative: Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"\S")]
    valuations: Annotated[list[ValuationIn], Field(max_length=1000)]

    @model_validator(mode="after")
    def each_investment_once(self) -> "ReportIn":
        """One value for each."""
        if len({one.investment_id for one in self.valuations}) < len(self.valuations):
            raise PydanticCustomError("investment_twice", "an investment is valued twice")
        return self


class ReportOut(Wire):
    """A report as it stands; `provisional`: a notice of holidays may still move the day, later only."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPORT]})

    id: ReportId
    sub_fund_id: SubFundId
    kind: Kind
    period: str
    last_on: date
    due_on: date
    provisional: bool
    status: Status
    was_overdue: bool
    narrative: str | None
    submitted_on: date | None
    recorded_at: Annotated[datetime, of_the_city("expected_at")]


class StatementOut(Wire):
    """A sub-fund in figures. `nav_fen` is cash and the last fair values; DPI, RVPI and TVPI are multiples of what was
    paid in, in basis points, rounded down. `public_…` are the city's.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STATEMENT]})

    sub_fund_id: SubFundId
    as_of: date
    committed_fen: Fen
    called_fen: Fen
    paid_in_fen: Fen
    invested_fen: Fen
    held_at_cost_fen: Fen
    fair_value_fen: Fen
    valued_on: date | None
    fees_fen: Fen
    cash_fen: Fen
    exit_proceeds_fen: Fen
    distributed_fen: Fen
    nav_fen: Fen
    dpi_bp: Count
    rvpi_bp: Count
    tvpi_bp: Count
    local_investment_fen: Fen
    local_investment_due_fen: Fen
    public_committed_fen: Fen
    public_paid_fen: Fen
    public_returned_fen: Fen
    public_gained_fen: Fen
