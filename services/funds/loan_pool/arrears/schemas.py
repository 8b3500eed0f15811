"""What the routes of monthly arrears take and give. Amounts in fen, days by the calendar."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from kernel.money import Fen
from kernel.schemas import Sentence, Wire, WireIn
from services.funds.ids import OrganisationId
from services.funds.loan_pool.guard.schemas import VerdictOut
from services.funds.loan_pool.ids import ArrearsReportId, LoanId
from services.funds.loan_pool.lending.schemas import BankReference

LINES_MAX = 5000
DAYS_MAX = 36_600
Month = Annotated[str, StringConstraints(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"), Field(examples=["2027-03"])]
REPORT: JsonDict = {
    "id": "arr_01m89wy0hmeamb1cq4fb0g1pc9",
    "bank_id": "org_01m89wy09ge7dt9ww4xaxs9v4m",
    "month": "2027-03",
    "revision": 1,
    "reason": None,
    "as_of": "2027-03-31",
    "loans": 1,
    "balance_fen": 160000001,
    "overdue_fen": 160000001,
    "reported_at": "2027-04-02T01:30:00Z",
}


class ArrearsLineIn(WireIn):
    """A loan by the bank's own reference, as it stood at the end of the month's last day."""

    loan_reference: BankReference
    balance_fen: Fen
    days_overdue: Annotated[int, Field(strict=True, ge=0, le=DAYS_MAX)]


class ArrearsIn(WireIn):
    """Every loan that is paid out and not repaid. A further report of the same month is a revision with its reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "month": "2027-03",
                "lines": [{"loan_reference": "HT-2026-000123", "balance_fen": 160000001, "days_overdue": 27}],
            }
        }
    )

    month: Month
    reason: Sentence | None = None
    lines: Annotated[list[ArrearsLineIn], Field(max_length=LINES_MAX)]


class ArrearsReportOut(Wire):
    """A month in one revision. `overdue_fen` is the balance of all loans overdue by a day or more."""

    model_config = ConfigDict(json_schema_extra={"examples": [REPORT]})

    id: ArrearsReportId
    bank_id: OrganisationId
    month: str
    revision: int
    reason: str | None
    as_of: date
    loans: int
    balance_fen: Fen
    overdue_fen: Fen
    reported_at: datetime


class ArrearsTakenOut(Wire):
    """The report as it stands, and what it means for new loans of the bank and of all."""

    report: ArrearsReportOut
    guard: list[VerdictOut]


class ArrearsLineOut(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "loan_id": "loan_01m89wy0hmeamb1cq4fb0g1pc9",
                    "bank_reference": "HT-2026-000123",
                    "balance_fen": 160000001,
                    "days_overdue": 27,
                }
            ]
        }
    )

    loan_id: LoanId
    bank_reference: str
    balance_fen: Fen
    days_overdue: int


class ArrearsLinesOut(Wire):
    """All lines of a report, by the bank's reference."""

    items: list[ArrearsLineOut]
