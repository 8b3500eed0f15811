"""What the history of a loan or a claim shows. Amounts in fen."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from kernel.money import Fen
from kernel.schemas import Wire
from services.funds.loan_pool.movements.states import Fact

MOVED: JsonDict = {
    "at": "2026-12-04T01:30:00Z",
    "fact": "loan.registered",
    "status": "registered",
    "amount_fen": 200000000,
}


class MovedOut(Wire):
    """One fact, the status it led to, and the amount it was about."""

    at: Annotated[datetime, Field(examples=["2026-12-04T01:30:00Z"])]
    fact: Fact
    status: str
    amount_fen: Fen


class HistoryOut(Wire):
    """Oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [MOVED]}]})

    items: list[MovedOut]
