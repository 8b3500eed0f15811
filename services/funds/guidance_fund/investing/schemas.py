"""What crosses the wire about investments, exits and fees. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kernel.money import Fen, PositiveFen
from kernel.schemas import Code, Count, Name, Sentence, Wire, WireIn, of_the_city
from services.funds.guidance_fund import examples
from services.funds.guidance_fund.ids import ExitId, InvestmentId, SubFundId
from services.funds.guidance_fund.sub_funds.schemas import Reference
from services.funds.ids import OrganisationId

Stage = Literal["seed", "start_up", "growth", "mature"]
Way = Literal["sale", "buy_back", "liquidation", "written_off"]
Year = Annotated[int, Field(strict=True, ge=2000, le=2200)]


class InvestmentIn(WireIn):
    """A deal. `firm_id` of a firm of the city's register makes it local; other firms are named by `firm`.

    `agreement` says what was agreed; a promise of principal or return in it is refused.
    """

    model_config = ConfigDict(json_schema_extra={"example": examples.INVESTMENT_IN})

    reference: Reference
    firm_id: OrganisationId | None = None
    firm: Name | None = None
    stage: Stage
    asset_class: Code
    agreement: Sentence
    amount_fen: PositiveFen
    invested_on: date

    @model_validator(mode="after")
    def names_one_firm(self) -> "InvestmentIn":
        """By its id or by its name."""
        if (self.firm_id is None) == (self.firm is None):
            raise PydanticCustomError("firm_named_once", "firm_id, or firm for one outside the register")
        return self


class InvestmentOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.INVESTMENT]})

    id: InvestmentId
    sub_fund_id: SubFundId
    number: Count
    reference: str
    firm_id: OrganisationId | None
    firm: str
    stage: str
    asset_class: str
    agreement: str
    amount_fen: Fen
    held_fen: Fen
    value_fen: Fen
    valued_on: date
    invested_on: date
    is_local: bool
    recorded_at: Annotated[datetime, of_the_city("entered_at")]


class ExitIn(WireIn):
    """`cost_fen` is the part of the holding's cost that is left behind, `proceeds_fen` what came for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "reference": "TC-2028-01",
                "way": "sale",
                "cost_fen": 1000000000,
                "proceeds_fen": 1500000000,
                "exited_on": "2028-05-20",
                "note": "协议转让给产业方。",
            }
        }
    )

    reference: Reference
    way: Way
    cost_fen: PositiveFen
    proceeds_fen: Fen
    exited_on: date
    note: Sentence

    @model_validator(mode="after")
    def nothing_for_what_is_written_off(self) -> "ExitIn":
        """What is written off brought nothing."""
        if self.way == "written_off" and self.proceeds_fen:
            raise PydanticCustomError("written_off_brings_nothing", "proceeds_fen of a write-off is 0")
        return self


class ExitOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXIT]})

    id: ExitId
    investment_id: InvestmentId
    reference: str
    way: Way
    cost_fen: Fen
    proceeds_fen: Fen
    exited_on: date
    note: str
    recorded_at: Annotated[datetime, of_the_city("entered_at")]


class FeeIn(WireIn):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"reference": "GLF-2027", "year": 2027, "amount_fen": 100000000, "charged_on": "2027-03-31"}
        }
    )

    reference: Reference
    year: Year
    amount_fen: PositiveFen
    charged_on: date


class FeeOut(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reference": "GLF-2027",
                    "year": 2027,
                    "amount_fen": 100000000,
                    "charged_on": "2027-03-31",
                    "recorded_at": "2027-03-31T02:00:00Z",
                }
            ]
        }
    )

    reference: str
    year: int
    amount_fen: Fen
    charged_on: date
    recorded_at: Annotated[datetime, of_the_city("entered_at")]
