"""What the bank's word about one order means. Pure: every line gets a named outcome, whatever it says."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from kernel.findings import Finding
from services.funds.payments.states import Fact, Status

AdviceKind = Literal["settled", "rejected", "returned"]


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One line of a confirmation. `on` is the bank's booking day; `bank_reference` its own, never used twice."""

    order_id: UUID
    kind: AdviceKind
    amount_fen: int
    on: date
    bank_reference: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OrderView:
    """What of an order decides on a line about it: `amount_fen` is what the bank was to pay.

    `recovered`: some of the money came back by another way.
    """

    status: Status
    amount_fen: int
    released_on: date | None
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class KnownAdvice:
    """A line taken earlier under the same bank reference."""

    order_id: UUID
    kind: str
    amount_fen: int
    on: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fact` is what happens to the order now; None when nothing does. `repeated`: the same line was taken before."""

    outcome: str
    fact: Fact | None = None
    repeated: bool = False


OUTCOMES: dict[str, tuple[str, str]] = {
    "settled": ("已入账", "Settled"),
    "rejected": ("银行退回指令,未付款", "The bank did not pay; the order is open again"),
    "returned": ("款项退回,已冲回,指令重新打开", "The money came back; reversed, the order is open again"),
    "unknown_order": ("没有该支付指令", "There is no such payment order"),
    "wrong_amount": ("金额与支付指令不符", "The amount is not the order's"),
    "already_settled": ("该指令此前已入账", "The order was settled before, by another reference"),
    "not_sent": ("该指令尚未报送银行", "The order has not been sent to the bank"),
    "not_settled": ("该指令尚未入账,不能退款", "The order was not settled, so nothing can come back"),
    "recovered_meanwhile": (
        "该款项已有追回入账,不能再整笔冲回,须由财政另行处理",
        "Some of it was recovered already and cannot be reversed as a whole; finance must settle the rest",
    ),
    "bank_reference_reused": ("银行流水号已用于其他记录", "The bank reference was used for something else"),
    "date_in_future": ("入账日期晚于今日", "The booking day lies in the future"),
    "date_before_release": ("入账日期早于复核日期", "The booking day lies before the order was released"),
}
_FACTS: dict[AdviceKind, Fact] = {"settled": Fact.SETTLED, "rejected": Fact.REJECTED, "returned": Fact.RETURNED}


def same_bank(one: str, other: str) -> bool:
    """Whether two references may be of one bank, by its code: a bank nobody named may be any."""
    return one == other or not (one and other)


def judge_advice(
    line: AdviceLine, *, order: OrderView | None, known: KnownAdvice | None, today: date, is_receipt: bool = False
) -> Verdict:
    """The outcome of a line. The same line twice has the same outcome and happens once.

    `is_receipt`: two people booked the money under this reference as a debt that was paid.
    """
    if order is None:
        return Verdict("unknown_order")
    # Before anything about the order: a repetition is answered as the first time, even after the order moved on.
    if known is not None or is_receipt:
        same = known == KnownAdvice(line.order_id, line.kind, line.amount_fen, line.on)
        return Verdict(line.kind, repeated=True) if same else Verdict("bank_reference_reused")
    # Of an order that was wholly set off the bank has nothing to say, a line of nothing least of all.
    if line.amount_fen != order.amount_fen or line.amount_fen <= 0:
        return Verdict("wrong_amount")
    if line.on > today:
        return Verdict("date_in_future")
    if order.released_on is not None and line.on < order.released_on:
        return Verdict("date_before_release")
    return _returned(order) if line.kind == "returned" else _by_status(line.kind, order.status)


def _returned(order: OrderView) -> Verdict:
    if order.status is not Status.SETTLED:
        return Verdict("not_settled")
    return Verdict("recovered_meanwhile") if order.recovered else Verdict("returned", Fact.RETURNED)


def _by_status(kind: AdviceKind, status: Status) -> Verdict:
    if status is Status.SETTLED:
        return Verdict("already_settled")
    return Verdict(kind, _FACTS[kind]) if status is Status.BATCHED else Verdict("not_sent")


def masked(account_number: str) -> str:
    """All but the last four characters hidden, however long it is."""
    return "****" + account_number[-LAST_SHOWN:] if len(account_number) > LAST_SHOWN else "****"


LAST_SHOWN = len("1234")


def payee_gone() -> Finding:
    """Why an approved grant is not paid after all."""
    zh, en = "收款单位已注销,无承继单位。", "The payee was deregistered, and nobody goes on in its place."
    return Finding("payee_deregistered", (), zh, en)
