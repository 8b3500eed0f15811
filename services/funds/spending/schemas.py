"""What crosses the wire about spending reports. Amounts in fen."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from contracts.funds import InvoiceCode, InvoiceNumber
from kernel.ids import public_id
from kernel.money import PositiveFen
from kernel.schemas import Code, Instant, Sentence, Wire, WireIn
from services.funds.ids import ClawbackId, DeterminationId, OrganisationId, PaymentOrderId
from services.funds.invoices.rules import InvoiceStated
from services.funds.spending.models import SpendingReport
from services.funds.spending.rules import Spent, by_purpose
from services.funds.spending.states import Status

SpendingReportId = Annotated[UUID, public_id("spr")]
EXAMPLE: dict[str, Any] = {
    "id": "spr_01m89wxz55evh9jvwt4n25nvk2",
    "payment_order_id": "pay_01m89wxz55evh9jvwt4hf6e61s",
    "payee_id": "org_01m89wxxrfe14rrhf4g4q47rst",
    "programme": "upper.match",
    "amount_fen": 20000000,
    "paid_on": "2026-12-04",
    "due_on": "2027-03-05",
    "provisional": True,
    "status": "short",
    "lines": [{"purpose": "rent", "amount_fen": 15000000, "number_last4": "0001"}],
    "by_purpose": {"rent": 15000000},
    "submitted_at": "2027-02-26T02:00:00Z",
    "is_late": False,
    "opinion": "其余支出非用于众创空间运行",
    "checked_by": "person:officer-1@330400-a1b2c3d4",
    "checked_at": "2027-03-01T02:00:00Z",
    "short_fen": 5000000,
    "determination_id": "det_01m89wxyzfepp99dbe28es9sq0",
    "clawback_id": "clw_01m89wxz55evh9jvwt4n25nvk2",
}


class SpentIn(WireIn):
    """So much for a purpose, by an invoice: the number of a digital one, or code and number of a paper one."""

    purpose: Code
    amount_fen: PositiveFen
    number: InvoiceNumber
    code: InvoiceCode = None
    issued_on: date

    def spent(self) -> Spent:
        """As the use case takes it."""
        return Spent(
            self.purpose, self.amount_fen, InvoiceStated(self.number, self.code, self.issued_on, self.amount_fen)
        )


class SpendingIn(WireIn):
    """The whole report."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lines": [
                        {
                            "purpose": "rent",
                            "amount_fen": 15000000,
                            "number": "26337000000000000001",
                            "issued_on": "2026-12-08",
                        }
                    ]
                }
            ]
        }
    )

    lines: Annotated[list[SpentIn], Field(min_length=1, max_length=500)]


class CheckIn(WireIn):
    """What the officer says to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"opinion": "支出与发票相符"}]})

    opinion: Sentence


class SpentOut(Wire):
    """A line, by the end of its invoice's number."""

    purpose: str
    amount_fen: int
    number_last4: str


class SpendingReportOut(Wire):
    """A report as it stands. `short_fen` did not go to the bound use, and is found to come back."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: SpendingReportId
    payment_order_id: PaymentOrderId
    payee_id: OrganisationId
    programme: str
    amount_fen: int
    paid_on: date
    due_on: date | None
    provisional: bool
    status: Status
    lines: list[SpentOut]
    by_purpose: dict[str, int]
    submitted_at: Instant | None
    is_late: bool
    opinion: str | None
    checked_by: str | None
    checked_at: Instant | None
    short_fen: int
    determination_id: DeterminationId | None
    clawback_id: ClawbackId | None

    @classmethod
    def of(cls, row: SpendingReport) -> Self:
        """From its row."""
        left = {"payment_order_id", "lines", "by_purpose"}
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in left}
        return cls(
            **plain,
            payment_order_id=row.order_id,
            lines=[SpentOut(**line) for line in row.lines],
            by_purpose=by_purpose([(line["purpose"], line["amount_fen"]) for line in row.lines]),
        )
