"""What crosses the wire about returns. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict

from kernel.money import Fen, PositiveFen
from kernel.schemas import Count, Name, Sentence, Wire, WireIn, of_the_city
from services.funds.guidance_fund import examples
from services.funds.guidance_fund.ids import ReturnId, SubFundId
from services.funds.guidance_fund.returns.states import Kind, Status
from services.funds.guidance_fund.sub_funds.schemas import Reference
from services.funds.ids import DeterminationId, EntryId


class DistributionIn(WireIn):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "reference": "FP-2028-01",
                "amount_fen": 1500000000,
                "on": "2028-06-01",
                "note": "首期退出分配。",
            }
        }
    )

    reference: Reference
    amount_fen: PositiveFen
    on: date
    note: Sentence


class StakeExitIn(WireIn):
    """The city's stake is sold. `value_fen` is its value by an independent valuation named in `note`: the price is that
    less what is given up of a gain. Nobody owes the city its cost back: below cost the city bears the loss.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "reference": "GQ-2029-01",
                "buyer": "株洲高新创投合伙企业",
                "value_fen": 3600000000,
                "on": "2029-03-01",
                "note": "资产评估报告 株评〔2029〕12号。",
            }
        }
    )

    reference: Reference
    buyer: Name
    value_fen: Fen
    on: date
    note: Sentence


class ArrivalIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"received_on": "2028-06-08"}})

    received_on: date


class EndingIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"ended_on": "2034-12-31"}})

    ended_on: date


class PartOut(Wire):
    """`conceded_fen` is what of the gain the city gave up to this investor."""

    number: Count
    capital_fen: Fen
    gain_fen: Fen
    conceded_fen: Fen


class ReturnOut(Wire):
    """`capital_fen`, `gain_fen` (before concession), `conceded_fen`, `loss_fen` are the city's; `cash_fen` arrives.

    Of the whole distribution `preferred_fen` of the gain lay below the hurdle, and the manager got `carry_fen`.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RETURN]})

    id: ReturnId
    sub_fund_id: SubFundId
    kind: Kind
    reference: str
    buyer: str | None
    note: str
    amount_fen: Fen
    capital_fen: Fen
    gain_fen: Fen
    conceded_fen: Fen
    loss_fen: Fen
    preferred_fen: Fen
    carry_fen: Fen
    cash_fen: Fen
    parts: list[PartOut]
    on: date
    status: Status
    received_on: date | None
    determination_id: DeterminationId
    entry_id: EntryId | None
    recorded_at: Annotated[datetime, of_the_city("declared_at")]
