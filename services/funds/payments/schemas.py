"""What crosses the wire about payments. Amounts in fen; account numbers are masked."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from kernel import context
from kernel.ids import encode_id
from kernel.money import PositiveFen
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.funds.ids import (
    ApprovalId,
    BatchId,
    CaseId,
    ClawbackId,
    DeterminationId,
    EntryId,
    FindingId,
    OrganisationId,
    PaymentOrderId,
    RedemptionId,
)
from services.funds.payments import examples
from services.funds.payments.models import PaymentOrder
from services.funds.payments.rules import OUTCOMES, AdviceKind, AdviceLine, masked
from services.funds.payments.settlement import LineOutcome
from services.funds.payments.states import Status
from services.funds.payments.subjects import subject_of

LINES_MAX = 1_000
BankReference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$"),
    Field(examples=["ICBC2026112200017"]),
]
EXAMPLE_ORDER = "pay_01k300vr0073g8000000000001"


class PayeeOut(Wire):
    """Who is paid; the account is masked but for its last four digits.

    When `organisation_id` merged, name and account are those of `successor_id`, who is paid in its place.
    """

    organisation_id: OrganisationId
    successor_id: OrganisationId | None
    name: str
    account_name: str
    account_number: str
    bank_name: str


class PaymentOrderOut(Wire):
    """A payment order as it stands. `subject` is what it pays, by its own id.

    One for redeemed vouchers (`voucher_settlement`) rests on what each redemption rests on: see its statement.

    The bank pays `amount_fen` less `offset_fen`, which was set off against money the payee owes the city.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ORDER]})

    id: PaymentOrderId
    number: str
    subject_kind: str
    subject: str
    programme: str
    fund: str
    policy_year: int
    payer_level: str
    case_id: CaseId | None
    determination_id: DeterminationId | None
    clauses: list[str]
    amount_fen: int
    offset_fen: int
    purpose: str
    payee: PayeeOut
    status: Status
    attempt: int
    prepared_by: str
    payee_adopted_by: str | None
    released_by: str | None
    released_at: Instant | None
    batch_id: BatchId | None
    batch_line: int | None
    settled_on: date | None
    not_before: date | None
    bank_reference: str | None
    encumbrance_entry_id: EntryId | None
    payment_entry_id: EntryId | None
    version: int

    @classmethod
    def of(cls, row: PaymentOrder) -> Self:
        """From its row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in {"payee", "subject"}}
        return cls(
            **plain,
            subject=encode_id(subject_of(row).prefix, row.subject_id),
            payee=PayeeOut(
                organisation_id=row.payee_id,
                successor_id=row.successor_id,
                name=row.payee_name,
                account_name=row.account_name,
                account_number=masked(row.account_number),
                bank_name=row.bank_name,
            ),
        )


class CancellationIn(WireIn):
    """Why it is not paid; the reversal in the journal says it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "收款单位已注销,无承继单位"}]})

    reason: Sentence


class BatchIn(WireIn):
    """Which released orders go into the file; all of them when none is named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"order_ids": [EXAMPLE_ORDER]}, {}]})

    order_ids: Annotated[list[PaymentOrderId], Field(min_length=1, max_length=LINES_MAX)] | None = None


class BatchOut(Wire):
    """A bank file with its control totals; `sha256` is of the very bytes `/file` hands out."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH]})

    id: BatchId
    sequence: int
    orders: int
    total_fen: int
    sha256: str
    made_by: str
    made_at: Instant


class AdviceIn(WireIn):
    """What the bank says of one order. A rejected order was never paid; a returned one was, and came back."""

    order_id: PaymentOrderId
    outcome: Literal["settled", "rejected", "returned"]
    amount_fen: PositiveFen
    settled_on: date
    bank_reference: BankReference
    reason: Sentence | None = None

    def line(self) -> AdviceLine:
        """As the rules take it."""
        kind: AdviceKind = self.outcome
        return AdviceLine(self.order_id, kind, self.amount_fen, self.settled_on, self.bank_reference, self.reason)


class ConfirmationIn(WireIn):
    """One line per order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lines": [
                        {
                            "order_id": EXAMPLE_ORDER,
                            "outcome": "settled",
                            "amount_fen": 30000000,
                            "settled_on": "2026-11-22",
                            "bank_reference": "ICBC2026112200017",
                        }
                    ]
                }
            ]
        }
    )

    lines: Annotated[list[AdviceIn], Field(min_length=1, max_length=LINES_MAX)]


class LineOut(Wire):
    """The named outcome of one line. `repeated`: it had been taken before and nothing happened again."""

    order_id: PaymentOrderId
    bank_reference: str
    outcome: str
    text: str
    repeated: bool
    entry_id: EntryId | None
    document: str | None

    @classmethod
    def of(cls, found: LineOutcome, documents: dict[Any, str]) -> Self:
        """From what became of the line; `documents` are numbers by entry id."""
        zh, en = OUTCOMES[found.verdict.outcome]
        return cls(
            order_id=found.line.order_id,
            bank_reference=found.line.bank_reference,
            outcome=found.verdict.outcome,
            text=en if context.current().language == "en" else zh,
            repeated=found.verdict.repeated,
            entry_id=found.entry_id,
            document=documents.get(found.entry_id),
        )


class ConfirmationOut(Wire):
    """One outcome per line, in the order of the lines."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CONFIRMATION]})

    lines: list[LineOut]


class ClauseOut(Wire):
    """A clause of a policy document, quoted."""

    id: str
    document: str
    number: str
    locator: str
    quote: str


class SetByOut(Wire):
    """Who proposed a value, who approved it, and why."""

    set_by: str
    approved_by: str
    reason: str
    precedent: str | None
    recorded_at: Instant
    applies_to_pending: bool


class ParameterVersionOut(Wire):
    """A parameter as the determination read it; `setting` is of a value an operator set."""

    parameter: str
    value: Any
    version: int
    source: str
    effective_on: date
    clauses: list[str]
    setting: SetByOut | None


class DeterminationOut(Wire):
    """The stored ruling the payment rests on; `sha256` is of its canonical bytes."""

    id: DeterminationId
    programme: str
    act: str
    outcome: str
    policy_version: int
    policy_hash: str
    sha256: str
    inputs: dict[str, Any]
    amounts: dict[str, int]


class ApprovalOut(Wire):
    """One step by one person."""

    id: ApprovalId
    step: str
    approved_by: str
    prepared_by: str
    approved_at: Instant


class LegOut(Wire):
    """One line of a journal entry."""

    account: str
    side: Literal["debit", "credit"]
    amount_fen: int


class EntryOut(Wire):
    """A journal entry: its document number and its link in the chain."""

    id: EntryId
    document: str
    fact: str
    effective_on: date
    recorded_at: Instant
    hash: str
    reverses: EntryId | None
    legs: list[LegOut]


class AdviceOut(Wire):
    """What the bank said."""

    outcome: str
    on: date
    bank_reference: str
    reason: str | None


class PaymentLineOut(Wire):
    """The line of the bank file and what the bank said of it."""

    order: PaymentOrderOut
    batch_sequence: int | None
    batch_sha256: str | None
    advice: list[AdviceOut]


class ChainClawbackOut(Wire):
    """Money of the payment that was demanded back, or set off against it: `role` is `demanded_back` or `set_off`."""

    clawback_id: ClawbackId
    role: Literal["demanded_back", "set_off"]
    cause: str
    status: str
    amount_fen: int


class ChainRedemptionOut(Wire):
    """A redeemed voucher the order pays for, or below zero what a finding took back. Vouchers has its determination."""

    redemption_id: RedemptionId
    finding_id: FindingId | None
    determination_id: DeterminationId | None
    entry_id: EntryId
    amount_fen: int


class ChainOut(Wire):
    """One yuan from clause to bank line. `determination` is null where `redemptions` have each its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHAIN]})

    clauses: list[ClauseOut]
    parameters: list[ParameterVersionOut]
    determination: DeterminationOut | None
    redemptions: list[ChainRedemptionOut]
    case_id: CaseId | None
    approvals: list[ApprovalOut]
    entries: list[EntryOut]
    clawbacks: list[ChainClawbackOut]
    payment: PaymentLineOut
