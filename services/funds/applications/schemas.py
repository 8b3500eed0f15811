"""What crosses the wire about applications for money. Amounts in fen."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from kernel.ids import public_id
from kernel.money import FEN_MAX
from kernel.schemas import Code, Instant, Name, Sentence, Wire, WireIn
from kernel.supplements import Awaits
from services.funds.applications import examples
from services.funds.applications.models import Application
from services.funds.applications.states import Status
from services.funds.ids import CaseId, DeterminationId, OrganisationId, PaymentOrderId
from services.funds.invoices.models import Invoice
from services.funds.reasons import ReasonOut, reasons_out

ApplicationId = Annotated[UUID, public_id("apl")]
FACTS_MAX = 50
Whole = Annotated[int, Field(strict=True, ge=0, le=FEN_MAX)]
FactValue = StrictBool | Whole | Name | Annotated[list[Code], Field(max_length=50)]


class ReviewIn(WireIn):
    """What the officer found. `facts` replace what the applicant stated; `about` says what it is paid for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "facts": {
                        "carrier_kind": "makerspace",
                        "head": "rent",
                        "cost_fen": 10000000,
                        "cost_subsidised_to": "nobody",
                    },
                    "about": "2026",
                    "opinion": "发票与合同相符",
                }
            ]
        }
    )

    facts: Annotated[dict[Code, FactValue], Field(max_length=FACTS_MAX)] = Field(default_factory=dict)
    about: Name | None = None
    opinion: Sentence


class InvoiceOut(Wire):
    """An invoice of the application, by the end of its number."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.INVOICE]})

    number_last4: str
    issued_on: date
    amount_fen: int


class ApplicationOut(Wire):
    """An application with its ruling so far. `stated` is the applicant's word, `facts` what the review found."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.APPLICATION]})

    id: ApplicationId
    case_id: CaseId
    case_number: str
    item: str
    programme: str
    fund: str
    applicant_id: OrganisationId
    accepted_on: date
    awaits: Awaits
    stated: dict[str, Any]
    facts: dict[str, Any] | None
    about: str | None
    opinion: str | None
    reviewed_by: str | None
    reviewed_at: Instant | None
    status: Status
    determination_id: DeterminationId | None
    reasons: list[ReasonOut]
    amount_fen: int
    approved_by: str | None
    approved_at: Instant | None
    policy_year: int | None
    payment_order_id: PaymentOrderId | None
    paid_on: date | None

    @classmethod
    def of(cls, row: Application) -> Self:
        """From its row, with the reasons in the caller's language."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "reasons"}
        return cls(**plain, reasons=reasons_out(row.reasons))


class ApplicationWithInvoicesOut(ApplicationOut):
    """An application with the invoices it rests on."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WITH_INVOICES]})

    invoices: list[InvoiceOut]

    @classmethod
    def whole(cls, row: Application, invoices: list[Invoice]) -> Self:
        """Of a row and its invoices."""
        plain = ApplicationOut.of(row)
        return cls(**dict(plain), invoices=[InvoiceOut.model_validate(invoice) for invoice in invoices])
