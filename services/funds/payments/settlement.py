"""Taking the bank's word: every line gets a named outcome, money moves once, and what moved is posted at the end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.problems import Conflict, named_constraint
from ledger.entries import Command, Entry
from services.funds.clawback.queries import received_under
from services.funds.journal import command, post_commands
from services.funds.payments.models import PaymentAdvice, PaymentOrder
from services.funds.payments.postings import Payment, payment_returned, payment_settled
from services.funds.payments.queries import (
    advice_by_reference,
    approvals_by_order,
    banks_of,
    hold_references,
    locked_orders,
)
from services.funds.payments.reopening import let_follow, wait_again
from services.funds.payments.rules import AdviceLine, KnownAdvice, OrderView, Verdict, judge_advice, same_bank
from services.funds.payments.service import payment_of
from services.funds.payments.states import MOVES, Fact
from services.funds.payments.subjects import Word, subject_of

WITHOUT_REASON = "银行退汇 returned by the bank"


class BankReferenceTaken(Conflict):
    """Another confirmation brought the same reference at the same moment; send the line again to learn which."""

    code, title_zh, title_en = (
        "bank_reference_taken",
        "银行流水号同时被另一记录使用",
        "The bank reference was just taken",
    )
    retryable = True


named_constraint("uq_payment_advice_city_code_bank_code_bank_reference", BankReferenceTaken)


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of one line. `entry_id` is the journal entry it caused, now or when it was first taken."""

    line: AdviceLine
    verdict: Verdict
    entry_id: UUID | None = None


async def take_advice(
    session: AsyncSession,
    *,
    city_code: str,
    lines: Sequence[AdviceLine],
    caller: Caller,
    today: date,
    banks: Sequence[str] | None = None,
) -> list[LineOutcome]:
    """Judge every line in order and let happen what it says. All lines stand or fall with this transaction.

    `banks`: of each line the code of the bank whose statement it is of; of what somebody tells by hand, it is the bank
    the order was sent to. There may be thousands: no statement to the database is about one line.
    """
    await hold_references(session, city_code)
    # Orders first, references second: whoever waited for an order's lock then sees the reference that settled it.
    orders = await locked_orders(session, city_code, {line.order_id for line in lines})
    if banks is None:
        sent_to = await banks_of(session, city_code, orders.values())
        banks = [sent_to.get(line.order_id, "") for line in lines]
    told = await _told_before(session, city_code, {line.bank_reference for line in lines})
    recovered = await _recovered(session, [orders[line.order_id] for line in lines if line.order_id in orders])
    approvals = await approvals_by_order(session, orders.values())
    commands: list[Command] = []
    words: list[Word] = []
    outcomes: list[LineOutcome] = []
    for line, bank_code in zip(lines, banks, strict=True):
        order, before = orders.get(line.order_id), told.advice(line.bank_reference, bank_code)
        is_receipt = told.is_receipt(line.bank_reference, bank_code)
        view, known = _view(order, recovered), _known(before)
        verdict = judge_advice(line, order=view, known=known, today=today, is_receipt=is_receipt)
        entry_id = before.entry_id if before is not None and verdict.repeated else None
        if order is not None and verdict.fact is not None:
            payment = payment_of(order, approvals[order.id])
            advice = _let_happen(session, payment, order, line, verdict.fact, caller, commands, bank_code)
            told.add(advice)
            words.append(Word(order, verdict.fact, line.on))
            entry_id = advice.entry_id
        outcomes.append(LineOutcome(line, verdict, entry_id))
    await let_follow(session, words)
    await _post(session, commands, city_code)
    return outcomes


async def _post(session: AsyncSession, commands: Sequence[Command], city_code: str) -> None:
    """What is reversed stands first: it may be of the same statement. Each month's lines keep their order."""
    by_month = sorted(commands, key=lambda one: one.month)  # the ledger takes a month at a time
    for returns in (False, True):
        posted = [one for one in by_month if (one.entry.reverses is not None) is returns]
        await post_commands(session, posted, city_code=city_code)


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told before under the references of some lines."""

    known: dict[str, list[PaymentAdvice]]
    receipts: Mapping[str, Collection[str]]

    def advice(self, reference: str, bank_code: str) -> PaymentAdvice | None:
        """Under the bank's reference."""
        under = self.known.get(reference, ())
        return next((one for one in under if same_bank(one.bank_code, bank_code)), None)

    def is_receipt(self, reference: str, bank_code: str) -> bool:
        """Whether money for a debt was booked under it."""
        return any(same_bank(code, bank_code) for code in self.receipts.get(reference, ()))

    def add(self, advice: PaymentAdvice) -> None:
        """Told just now: the next line may be the same."""
        self.known.setdefault(advice.bank_reference, []).append(advice)


async def _told_before(session: AsyncSession, city_code: str, references: Collection[str]) -> _Told:
    known = await advice_by_reference(session, city_code, references)
    return _Told(known, await received_under(session, city_code, references))


async def _recovered(session: AsyncSession, orders: Sequence[PaymentOrder]) -> set[UUID]:
    """Subjects of which money came back otherwise; one question per kind of subject."""
    by_kind: dict[str, list[PaymentOrder]] = {}
    for order in orders:
        by_kind.setdefault(order.subject_kind, []).append(order)
    found: set[UUID] = set()
    for same in by_kind.values():
        found |= await subject_of(same[0]).recovered(session, {order.subject_id for order in same})
    return found


def _view(order: PaymentOrder | None, recovered: set[UUID]) -> OrderView | None:
    if order is None:
        return None
    released_on = clock.on_date(order.released_at) if order.released_at is not None else None
    return OrderView(order.status, order.to_transfer_fen, released_on, order.subject_id in recovered)


def _known(advice: PaymentAdvice | None) -> KnownAdvice | None:
    return KnownAdvice(advice.order_id, advice.kind, advice.amount_fen, advice.on) if advice is not None else None


def _let_happen(
    session: AsyncSession,
    payment: Payment,
    order: PaymentOrder,
    line: AdviceLine,
    fact: Fact,
    caller: Caller,
    commands: list[Command],
    bank_code: str,
) -> PaymentAdvice:
    entry = _entry_of(payment, order, line, fact)
    advice = PaymentAdvice(
        id=new_id(),
        city_code=order.city_code,
        order_id=order.id,
        attempt=order.attempt,
        kind=line.kind,
        amount_fen=line.amount_fen,
        on=line.on,
        bank_code=bank_code,
        bank_reference=line.bank_reference,
        reason=line.reason,
        entry_id=new_id() if entry is not None else None,
        told_by=caller.acting_for,
    )
    session.add(advice)
    if entry is not None and advice.entry_id is not None:
        # One settlement and one return per attempt, for ever, whatever the states above might be made to say.
        key = f"payment.{fact}:{order.id}:{order.attempt}"
        commands.append(command(entry, key=key, entry_id=advice.entry_id, actor=caller.acting_for))
    _move(order, line, fact, advice)
    return advice


def _entry_of(payment: Payment, order: PaymentOrder, line: AdviceLine, fact: Fact) -> Entry | None:
    if fact is Fact.SETTLED:
        return payment_settled(payment, on=line.on)
    if fact is Fact.RETURNED and order.payment_entry_id is not None:
        reason = line.reason or WITHOUT_REASON
        return payment_returned(payment, settled_entry_id=order.payment_entry_id, reason=reason, on=line.on)
    return None


def _move(order: PaymentOrder, line: AdviceLine, fact: Fact, advice: PaymentAdvice) -> None:
    if fact is not Fact.SETTLED:
        wait_again(order, fact)
        return
    order.status = status_after(fact, order.status, MOVES)
    order.settled_on, order.bank_reference = line.on, line.bank_reference
    order.payment_entry_id = advice.entry_id
