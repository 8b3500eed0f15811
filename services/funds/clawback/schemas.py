"""What crosses the wire about money that is demanded back. Amounts in fen."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from kernel.money import PositiveFen
from kernel.schemas import Day, Instant, Name, Sentence, Wire, WireIn
from services.funds.clawback import examples
from services.funds.clawback.models import Clawback, ClawbackInstalment, ClawbackPart, ClawbackReceipt
from services.funds.clawback.rules import Instalment
from services.funds.clawback.service import Finding
from services.funds.clawback.states import Cause, Kind, Status
from services.funds.ids import CaseId, ClawbackId, ClawbackReceiptId, EntryId, OrganisationId, PaymentOrderId
from services.funds.payments.schemas import BankReference
from services.funds.statements.schemas import StatementLineId

EXAMPLE_ORDER = "pay_01k300vr0073g8000000000001"


class FindingIn(WireIn):
    """How much of which payment has to come back, and why. `evidence` are references to documents."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "payment_order_id": EXAMPLE_ORDER,
                    "cause": "false_evidence",
                    "amount_fen": 30000000,
                    "grounds": "发票经核验为虚开",
                    "evidence": ["files/2026/000321.pdf"],
                }
            ]
        }
    )

    payment_order_id: PaymentOrderId
    cause: Cause
    amount_fen: PositiveFen
    grounds: Sentence
    evidence: Annotated[list[Name], Field(max_length=50)] = Field(default_factory=list)

    def finding(self) -> Finding:
        """As the use case takes it."""
        return Finding(self.cause, self.amount_fen, self.grounds, self.evidence)


class ObjectionIn(WireIn):
    """What the payee says to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"objection": "终止系搬迁所致,新址已重新申请认定"}]})

    objection: Sentence


class DecisionIn(WireIn):
    """How much is owed, at most what the notice demanded; null drops it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount_fen": 30000000, "opinion": "事实清楚,予以追回"}]}
    )

    amount_fen: PositiveFen | None = None
    opinion: Sentence


class ReceiptIn(WireIn):
    """Money in: a line of a bank statement, or amount, day and the bank's reference."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"amount_fen": 10000000, "received_on": "2026-12-30", "bank_reference": "ICBC2026123000017"},
                {"statement_line_id": "stl_01k300vr0073g8000000000001"},
            ]
        }
    )

    statement_line_id: StatementLineId | None = None
    amount_fen: PositiveFen | None = None
    received_on: date | None = None
    bank_reference: BankReference | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        stated = [self.amount_fen, self.received_on, self.bank_reference]
        named = sum(part is not None for part in stated)
        if named != (0 if self.statement_line_id else len(stated)):
            raise ValueError("name a statement line, or amount, day and reference")
        return self


class OffsetIn(WireIn):
    """How much of a payment that has not been released goes against the debt."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"payment_order_id": EXAMPLE_ORDER, "amount_fen": 10000000}]}
    )

    payment_order_id: PaymentOrderId
    amount_fen: PositiveFen


class InstalmentIn(WireIn):
    """One part and its last day."""

    due_on: Day
    amount_fen: PositiveFen


class PlanIn(WireIn):
    """The parts, which add up to what is outstanding."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "instalments": [
                        {"due_on": "2027-01-29", "amount_fen": 10000000},
                        {"due_on": "2027-02-26", "amount_fen": 10000000},
                    ]
                }
            ]
        }
    )

    instalments: Annotated[list[InstalmentIn], Field(min_length=1, max_length=60)]

    def parts(self) -> list[Instalment]:
        """As the rules take them."""
        return [Instalment(part.due_on, part.amount_fen) for part in self.instalments]


class WriteOffIn(WireIn):
    """Why the rest never comes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "法院裁定破产,无可供分配财产"}]})

    reason: Sentence


class ClawbackOut(Wire):
    """Money demanded back as it stands.

    `provisional`, `pay_provisional`: a notice of holidays may still move the day to object, or to pay, later only.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CLAWBACK]})

    id: ClawbackId
    payment_order_id: PaymentOrderId
    payee_id: OrganisationId
    payee_name: str
    case_id: CaseId | None
    cause: Cause
    grounds: str
    evidence: list[str]
    clauses: list[str]
    demanded_fen: int
    found_by: str
    found_at: Instant
    status: Status
    notified_at: Instant | None
    object_until_on: date | None
    provisional: bool
    objection: str | None
    objected_at: Instant | None
    opinion: str | None
    decided_fen: int
    decided_by: str | None
    decided_at: Instant | None
    pay_until_on: date | None
    pay_provisional: bool
    collected_fen: int
    written_off_fen: int
    outstanding_fen: int
    plan_made_by: str | None
    plan_approved_by: str | None
    write_off_reason: str | None
    write_off_proposed_by: str | None
    write_off_approved_by: str | None
    version: int

    @classmethod
    def of(cls, row: Clawback) -> Self:
        """From its row."""
        return cls(**_plain(row))


def _plain(row: Clawback) -> dict[str, object]:
    names = [name for name in ClawbackOut.model_fields if name != "payment_order_id"]
    return {name: getattr(row, name) for name in names} | {"payment_order_id": row.order_id}


class InstalmentOut(Wire):
    """One part of the plan."""

    due_on: date
    amount_fen: int


class PartOut(Wire):
    """Some of it came in, was set off against a payment, or was written off."""

    kind: Kind
    amount_fen: int
    on: date
    bank_reference: str | None
    payment_order_id: PaymentOrderId | None
    entry_id: EntryId
    made_by: str


class ReceiptOut(Wire):
    """Money somebody says is in: booked when another person confirmed it, `declined_by` says that it is not so."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECEIPT]})

    id: ClawbackReceiptId
    amount_fen: int
    on: date
    bank_reference: str
    statement_line_id: StatementLineId | None
    entered_by: str
    entered_at: Instant
    confirmed_by: str | None
    declined_by: str | None
    ended_at: Instant | None


class ClawbackWholeOut(ClawbackOut):
    """With its plan, the money entered for it and with everything that came of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WHOLE]})

    plan: list[InstalmentOut]
    receipts: list[ReceiptOut]
    parts: list[PartOut]

    @classmethod
    def whole(
        cls,
        row: Clawback,
        plan: list[ClawbackInstalment],
        receipts: list[ClawbackReceipt],
        parts: list[ClawbackPart],
    ) -> Self:
        """Of a row, its plan, what was entered and what came."""
        came = [
            PartOut(
                kind=part.kind,
                amount_fen=part.amount_fen,
                on=part.on,
                bank_reference=part.bank_reference,
                payment_order_id=part.order_id,
                entry_id=part.entry_id,
                made_by=part.made_by,
            )
            for part in parts
        ]
        return cls(
            **_plain(row),
            plan=[InstalmentOut.model_validate(part) for part in plan],
            receipts=[ReceiptOut.model_validate(receipt) for receipt in receipts],
            parts=came,
        )
