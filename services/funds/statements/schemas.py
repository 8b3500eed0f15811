"""What crosses the wire about statements. Amounts in fen; above zero is money that came in."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel import context
from kernel.ids import encode_id, public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.funds.ids import EntryId, PaymentOrderId
from services.funds.payments.rules import OUTCOMES
from services.funds.statements import examples
from services.funds.statements.models import BankStatement, StatementLine
from services.funds.statements.rules import UNEXPLAINED, AgeGroup, OpenItem

StatementId = Annotated[UUID, public_id("stm")]
StatementLineId = Annotated[UUID, public_id("stl")]
WORDS = OUTCOMES | {
    UNEXPLAINED: ("未对应支付指令,待说明", "About no order of ours: to be explained"),
    "clawback_received": ("追回款已收到", "Money that was demanded back is in"),
}


class StatementLineOut(Wire):
    """A line and what became of it; `matched` lines moved their order, now or before."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXPLAINED]})

    id: StatementLineId
    place: int
    signed_fen: int
    booked_on: date
    bank_reference: str
    order_id: PaymentOrderId | None
    text: str | None
    outcome: str
    outcome_text: str
    matched: bool
    entry_id: EntryId | None
    explanation: str | None
    explained_by: str | None
    accepted_by: str | None
    accepted_at: Instant | None

    @classmethod
    def of(cls, row: StatementLine) -> Self:
        """Of a row, with its outcome in the reader's language."""
        zh, en = WORDS[row.outcome]
        said = en if context.current().language == "en" else zh
        return cls(**{name: getattr(row, name, None) for name in cls.model_fields} | {"outcome_text": said})


class StatementOut(Wire):
    """A statement by its number."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STATEMENT]})

    id: StatementId
    number: str
    opening_fen: int | None
    closing_fen: int | None
    taken_by: str
    taken_at: Instant


class StatementWithLinesOut(StatementOut):
    """A statement with every line."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WHOLE]})

    lines: list[StatementLineOut]

    @classmethod
    def whole(cls, row: BankStatement) -> Self:
        """Of a row whose lines were read."""
        plain = {name: getattr(row, name) for name in StatementOut.model_fields}
        return cls(**plain, lines=[StatementLineOut.of(line) for line in row.lines])


class StatementTakenOut(StatementWithLinesOut):
    """`already_taken`: the same statement was taken before, and nothing moved again."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TAKEN]})

    already_taken: bool

    @classmethod
    def taken(cls, row: BankStatement, already_taken: bool) -> Self:
        """Of a row whose lines were read or just made."""
        return cls(**dict(StatementWithLinesOut.whole(row)), already_taken=already_taken)


class StatementsOut(Wire):
    """What became of each statement of a document."""

    items: list[StatementTakenOut]


class ExplanationIn(WireIn):
    """What a line is that is about no order."""

    explanation: Sentence = Field(examples=["第四季度账户利息"])


class OpenItemOut(Wire):
    """`kind`: order_missing (at the bank, no word of it), line_unexplained, or no_line (the bank's word on an order was
    told by hand, and the statements have passed its day without a line of it).
    """

    kind: str
    id: str
    amount_fen: int
    since: date

    @classmethod
    def of(cls, item: OpenItem) -> Self:
        """With the prefix of what it is."""
        public = encode_id("stl" if item.kind == "line_unexplained" else "pay", item.id)
        return cls(kind=item.kind, id=public, amount_fen=item.amount_fen, since=item.since)


class AgeGroupOut(Wire):
    """Open items from `from_days` to `to_days` calendar days old; `to_days` is null for the oldest."""

    from_days: int
    to_days: int | None
    items: int
    amount_fen: int

    @classmethod
    def of(cls, group: AgeGroup) -> Self:
        """Of a group."""
        return cls.model_validate(group)


class ReconciliationOut(Wire):
    """What is open between the books and the bank; nothing when they agree."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECONCILIATION]})

    agrees: bool
    ageing: list[AgeGroupOut]
    items: list[OpenItemOut]
