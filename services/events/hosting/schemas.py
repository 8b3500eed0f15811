"""What crosses the wire about the cost of hosting an event. Amounts in fen."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from contracts.funds import InvoiceCode, InvoiceNumber
from kernel.ids import public_id
from kernel.money import Fen, PositiveFen
from kernel.schemas import Code, Count, Instant, Name, Sentence, Wire, WireIn
from services.events.calendar.schemas import EventId, OrganisationId
from services.events.hosting import examples
from services.events.hosting.models import HostingLine, HostingStatement
from services.events.hosting.rules import CostKind, CostLine, Decision, Invoice, PublicMoney, Reach, Stated
from services.events.hosting.service import Found
from services.events.hosting.states import Status

StatementId = Annotated[UUID, public_id("hst")]
LINES_MAX = 200  # as many as the register of invoices takes at once


class InvoiceIn(WireIn):
    """The 20 digits of a digital invoice, or number and code of a paper one, and who issued it."""

    number: InvoiceNumber
    code: InvoiceCode = None
    issuer: Name
    issued_on: date
    amount_fen: PositiveFen


class LineIn(WireIn):
    """So much of an invoice was spent on the event. Each line has an invoice of its own."""

    kind: CostKind
    purpose: Name
    amount_fen: PositiveFen
    invoice: InvoiceIn


class PublicMoneyIn(WireIn):
    """Money another public payer gave, or promised, for the same event."""

    payer: Name
    amount_fen: PositiveFen


class StatedIn(WireIn):
    """One host's share of what an event cost."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STATED]})

    reach: Reach
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=LINES_MAX)]
    public_money: Annotated[list[PublicMoneyIn], Field(max_length=20)]
    own_income_fen: Fen
    participants: Count
    participants_evidence: Annotated[Sentence, Field(description="What it rests on; never above the signed record")]
    audit_report: Annotated[Name | None, Field(description="Number of the audit report")] = None

    def to_stated(self) -> Stated:
        """The same in the words of the rules."""
        return Stated(
            reach=self.reach,
            lines=tuple(
                CostLine(one.kind, one.purpose, one.amount_fen, Invoice(**one.invoice.model_dump()))
                for one in self.lines
            ),
            public_money=tuple(PublicMoney(one.payer, one.amount_fen) for one in self.public_money),
            own_income_fen=self.own_income_fen,
            participants=self.participants,
            participants_evidence=self.participants_evidence,
            audit_report=self.audit_report,
        )


class StatementIn(StatedIn):
    """A first statement: of which event, for which of its hosts."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [examples.STATED | {"event_id": examples.EVENT, "host_id": examples.HOST}]}
    )

    event_id: EventId
    host_id: Annotated[OrganisationId, Field(description="A host or co-host of the event, for which you act")]


class CorrectionIn(StatedIn):
    """The whole statement anew, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [examples.STATED | {"correction_reason": "漏列评委差旅费"}]}
    )

    correction_reason: Sentence


class DecisionIn(WireIn):
    """On one line, by its place from 1: a refusal needs a reason and the clauses it rests on."""

    line: Annotated[int, Field(strict=True, ge=1, le=LINES_MAX, examples=[1])]
    accepted: bool
    reason: Sentence | None = None
    clauses: Annotated[list[Code], Field(max_length=10)] = Field(default_factory=list)


class CheckIn(WireIn):
    """What the officer found: each line, and the reach, participants and other public money as evidence shows them."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHECK]})

    lines: Annotated[list[DecisionIn], Field(min_length=1, max_length=LINES_MAX)]
    reach: Reach
    participants: Count
    public_money_fen: Fen
    opinion: Sentence

    def to_found(self) -> Found:
        """The same as the use case takes it."""
        return Found(
            decisions=tuple(Decision(one.line, one.accepted, one.reason, tuple(one.clauses)) for one in self.lines),
            reach=self.reach,
            participants=self.participants,
            public_money_fen=self.public_money_fen,
            opinion=self.opinion,
        )


class InvoiceOut(Wire):
    """An invoice as stated."""

    number: str
    code: str | None
    issuer: str
    issued_on: date
    amount_fen: int


class LineOut(Wire):
    """A line with the officer's word on it; `accepted` is null before the check."""

    line: int
    kind: CostKind
    purpose: str
    amount_fen: int
    invoice: InvoiceOut
    accepted: bool | None
    reason: str | None
    clauses: list[str]

    @classmethod
    def of(cls, row: HostingLine) -> Self:
        """From its row."""
        invoice = InvoiceOut(
            number=row.invoice_number,
            code=row.invoice_code,
            issuer=row.issuer,
            issued_on=row.issued_on,
            amount_fen=row.invoice_fen,
        )
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in {"line", "invoice"}}
        return cls(line=row.place, invoice=invoice, **plain)


class PublicMoneyOut(Wire):
    """Money of another public payer."""

    payer: str
    amount_fen: int


class StatementOut(Wire):
    """An edition of a statement. `found_*` and `eligible_fen` are of the check, and stand once it is confirmed."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STATEMENT]})

    id: StatementId
    event_id: EventId
    host_id: OrganisationId
    host_name: str
    edition: int
    correction_reason: str | None
    status: Status
    reach: Reach
    lines: list[LineOut]
    public_money: list[PublicMoneyOut]
    public_money_fen: int
    own_income_fen: int
    participants: int
    participants_evidence: str
    audit_report: str | None
    stated_by: str
    stated_at: Instant
    checked_by: str | None
    checked_at: Instant | None
    opinion: str | None
    found_reach: Reach | None
    found_participants: int | None
    found_public_money_fen: int | None
    eligible_fen: int | None
    confirmed_by: str | None
    confirmed_at: Instant | None

    @classmethod
    def of(cls, row: HostingStatement, lines: Sequence[HostingLine]) -> Self:
        """From its row and the rows of its lines."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "lines"}
        return cls(lines=[LineOut.of(line) for line in lines], **plain)
