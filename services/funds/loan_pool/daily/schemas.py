"""A bank's day as it is told. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from kernel.money import Fen
from kernel.schemas import Wire
from services.funds.ids import OrganisationId
from services.funds.loan_pool.movements.states import Fact

EXAMPLE: JsonDict = {
    "city_code": "320300",
    "bank_id": "org_01m89wy09ge7dt9ww4xaxs9v4m",
    "on": "2026-12-04",
    "sequence": 1,
    "lines": [
        {
            "at": "2026-12-04T01:30:00Z",
            "fact": "loan.registered",
            "id": "loan_01m89wy0hmeamb1cq4fb0g1pc9",
            "bank_reference": "HT-2026-000123",
            "status": "disbursed",
            "amount_fen": 200000000,
        }
    ],
    "totals": [{"fact": "loan.registered", "count": 1, "amount_fen": 200000000}],
    "count": 1,
    "amount_fen": 200000000,
}


class DailyLineOut(Wire):
    """One fact of the day. `amount_fen` is what it is about: principal, asked, approved, paid, recovered, received."""

    at: Annotated[datetime, Field(examples=["2026-12-04T01:30:00Z"])]
    fact: Fact
    id: Annotated[str, Field(examples=["loan_01m89wy0hmeamb1cq4fb0g1pc9"])]
    bank_reference: str
    status: str
    amount_fen: Fen


class DailyTotalOut(Wire):
    """Lines of one fact and their sum."""

    fact: Fact
    count: int
    amount_fen: int


class DailyFileOut(Wire):
    """Everything of a bank that moved on a day. `sequence` counts the days since the bank was admitted, without a gap.

    `totals` has a line for every fact there is, zeros included, but of `loan.extension_refused`, `claim.withdrawn` and
    `recovery.withdrawn` only where they happened; `count` and `amount_fen` are over all lines.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    city_code: str
    bank_id: OrganisationId
    on: date
    sequence: Annotated[int, Field(ge=1)]
    lines: list[DailyLineOut]
    totals: list[DailyTotalOut]
    count: int
    amount_fen: int
