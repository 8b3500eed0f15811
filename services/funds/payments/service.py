"""Payment orders: prepared by an approval, released by another person, sent in a file."""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.clock import on_date
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.problems import Refusal
from ledger.chart import open_accounts
from services.funds.approvals.service import approve
from services.funds.chart import Line, payable_account
from services.funds.journal import post_entry
from services.funds.paying_accounts.service import account_in_force
from services.funds.payments.bank_file import LINES_MAX, FileLine, write_bank_file
from services.funds.payments.credit_transfer import Debtor, write_credit_transfer
from services.funds.payments.models import PaymentBatch, PaymentOrder
from services.funds.payments.payees import Gathering, Payee, PayeeChanged, verified_payee
from services.funds.payments.postings import SPENT_OUTRIGHT, Booking, Payment, payment_cancelled, payment_committed
from services.funds.payments.queries import approvals_of, get_order, locked_released_orders, next_number
from services.funds.payments.states import MOVES, Fact, Status
from services.funds.rows import write_together


class NothingToSend(Refusal):
    code, title_zh, title_en = "nothing_to_send", "没有可报送的已复核指令", "No released order is waiting to be sent"


class NotYetDue(Refusal):
    """`not_before` is the first day it may be released."""

    code, title_zh, title_en = "not_yet_due", "该期款项尚未到支付日", "This instalment is not due yet"


class OffsetStands(Refusal):
    code, title_zh, title_en = "offset_stands", "该指令已有抵扣", "Something was set off against the order"


class NotAllReleased(Refusal):
    code, title_zh, title_en = "not_all_released", "所列指令中有未复核的", "Some of these orders are not released"


@dataclass(frozen=True, slots=True)
class Grant:
    """An approved amount to be paid: for what, from which budget line, resting on what.

    `not_before`: the day an instalment falls due. `prepared_by` is whoever approved the subject: another person
    releases the order. `approvals` are their ids. `booking` says where it is encumbered from and what it is charged
    to, where that is not the grants' usual way.
    """

    subject_kind: str
    subject_id: UUID
    programme: str
    line: Line
    amount_fen: int
    purpose: str
    clauses: Sequence[str]
    determination_id: UUID | None
    case_id: UUID | None
    prepared_by: str
    approvals: Sequence[UUID]
    not_before: date | None = None
    booking: Booking = SPENT_OUTRIGHT


async def commit_payment(
    session: AsyncSession, *, city_code: str, grant: Grant, payee: Payee, at: datetime, order_id: UUID, entry_id: UUID
) -> PaymentOrder:
    """Encumber the amount and prepare its payment order. Posts, so it is the last thing a use case does.

    `order_id` and `entry_id` are minted by the caller, whose row cites them. Raises Insufficient when the budget line
    has less available, UnknownAccount when it has no budget at all.
    """
    order = await prepare_order(
        session, city_code=city_code, grant=grant, payee=payee, at=at, order_id=order_id, entry_id=entry_id
    )
    await open_accounts(
        session, [payable_account(grant.line, payee.organisation_id, name=payee.name)], city_code=city_code
    )
    entry = payment_committed(payment_of(order, grant.approvals), on=on_date(at), booking=grant.booking)
    # Keyed by what is paid, not by the order: a second order for the same subject could not be posted either.
    key = f"payment.committed:{grant.subject_kind}:{grant.subject_id}"
    await post_entry(session, entry, city_code=city_code, key=key, entry_id=entry_id, actor=grant.prepared_by)
    return order


async def prepare_order(
    session: AsyncSession,
    *,
    city_code: str,
    grant: Grant,
    payee: Payee,
    at: datetime,
    order_id: UUID,
    entry_id: UUID | None = None,
) -> PaymentOrder:
    """The order alone. `entry_id` is what encumbers it; None of what was encumbered and owed piece by piece before."""
    on = on_date(at)
    # Gapless within the year: the counter rolls back with whatever fails after it.
    number = await next_number(session, city_code, f"order-{on.year}")
    order = PaymentOrder(
        id=order_id,
        city_code=city_code,
        number=f"PO-{on.year}-{number:06}",
        subject_kind=grant.subject_kind,
        subject_id=grant.subject_id,
        programme=grant.programme,
        fund=grant.line.fund,
        policy_year=grant.line.policy_year,
        payer_level=grant.line.payer_level,
        case_id=grant.case_id,
        determination_id=grant.determination_id,
        clauses=list(grant.clauses),
        amount_fen=grant.amount_fen,
        offset_fen=0,
        purpose=grant.purpose,
        payee_id=payee.organisation_id,
        status=Status.PREPARED,
        attempt=1,
        prepared_by=grant.prepared_by,
        not_before=grant.not_before,
        encumbrance_entry_id=entry_id,
    )
    _pay_to(order, payee)
    session.add(order)
    return order


def line_of(order: PaymentOrder) -> Line:
    """The budget line that pays the order."""
    return Line(order.fund, order.policy_year, order.payer_level)  # type: ignore[arg-type]  # a CHECKed text


def payment_of(order: PaymentOrder, approvals: Sequence[UUID]) -> Payment:
    """What postings need of an order."""
    return Payment(
        order_id=order.id,
        line=line_of(order),
        payee_id=order.payee_id,
        amount_fen=order.amount_fen,
        to_transfer_fen=order.to_transfer_fen,
        determination_id=order.determination_id,
        case_id=order.case_id,
        approvals=tuple(approvals),
    )


def _pay_to(order: PaymentOrder, payee: Payee) -> None:
    order.payee_name, order.account_name = payee.name, payee.account_name
    order.successor_id = payee.successor_id
    order.account_number, order.bank_name = payee.account_number, payee.bank_name
    order.cnaps_code = payee.cnaps_code


def _payee_on(order: PaymentOrder) -> Payee:
    account = (order.account_name, order.account_number, order.bank_name, order.cnaps_code)
    return Payee(order.payee_id, order.payee_name, *account, order.successor_id)


async def gather_payee_of_order(gathering: Gathering, *, order_id: UUID, caller: Caller) -> Payee:
    """The payee as the registry has them now, asked before the transaction. Raises NotFound and payee refusals."""
    async with gathering.sessions() as session:
        order = await get_order(session, order_id, caller)
    return await verified_payee(gathering.registry, order.payee_id, city_code=order.city_code)


async def release_order(
    session: AsyncSession, *, order_id: UUID, payee: Payee, if_match: str, caller: Caller, at: datetime
) -> PaymentOrder:
    """A second person lets the money go, to the payee on the order and to no other.

    Raises PayeeChanged when the registry has another one by now: the person who prepared the order never saw that.
    """
    order = await get_order(session, order_id, caller, for_update=True)
    must_match(if_match, order.version, as_read=True)
    if payee != _payee_on(order):
        raise PayeeChanged(payee)
    order.status = status_after(Fact.RELEASED, order.status, MOVES)
    await approve_release(session, order, caller, at)
    await session.flush()
    return order


async def approve_release(session: AsyncSession, order: PaymentOrder, caller: Caller, at: datetime) -> None:
    """Let an order go, when it is due, by whatever way: by another person than prepared it or adopted its payee.

    Raises NotYetDue before the day an instalment falls due, Refusal for a first person.
    """
    if order.not_before is not None and on_date(at) < order.not_before:
        raise NotYetDue(not_before=order.not_before.isoformat())
    await approve(
        session,
        city_code=order.city_code,
        subject_kind="payment_order",
        subject_id=order.id,
        case_id=order.case_id,
        step="release",
        approver=caller.acting_for,
        prepared_by=order.prepared_by,
        decided_by=order.payee_adopted_by,
        at=at,
        attempt=order.attempt,
    )
    order.released_by, order.released_at = caller.acting_for, at


async def adopt_payee(
    session: AsyncSession, *, order_id: UUID, payee: Payee, if_match: str, caller: Caller
) -> PaymentOrder:
    """Somebody looks at the account the registry has now and takes it over; another person releases the order."""
    order = await get_order(session, order_id, caller, for_update=True)
    must_match(if_match, order.version, as_read=True)
    status_after(Fact.RELEASED, order.status, MOVES)  # only of an order that waits for its release
    _pay_to(order, payee)
    order.payee_adopted_by = caller.acting_for
    await session.flush()
    return order


def is_cancellable(order: PaymentOrder) -> bool:
    """Whether nothing of it has left or can leave: it is not at the bank, and nothing was set off against it."""
    is_waiting = order.status in MOVES[Fact.CANCELLED].sources and not order.offset_fen
    return is_waiting and order.encumbrance_entry_id is not None


async def cancel_order(session: AsyncSession, order: PaymentOrder, *, reason: str, actor: str, on: date) -> None:
    """What a locked order was still to pay is owed no more: encumbrance and debt are reversed. Posts, so it is last.

    What was set off against it stays set off. Raises IllegalMove when it is at the bank or paid, and ValueError for one
    that no entry of its own encumbers.
    """
    if order.encumbrance_entry_id is None:
        raise ValueError(f"order {order.number} has no entry to reverse")
    _end(order)
    await session.flush()
    approvals = [step.id for step in await approvals_of(session, [order.subject_id, order.id])]
    entry = payment_cancelled(
        payment_of(order, approvals), committed_entry_id=order.encumbrance_entry_id, reason=reason, on=on
    )
    key = f"payment.cancelled:{order.id}"
    await post_entry(session, entry, city_code=order.city_code, key=key, entry_id=new_id(), actor=actor)


def drop_order(order: PaymentOrder) -> None:
    """A locked order pays nothing. Posts nothing: where no entry of its own encumbers it, what it was for stands.

    Raises IllegalMove when it is at the bank or paid, and OffsetStands when something was set off against it.
    """
    if order.offset_fen:
        raise OffsetStands
    _end(order)


def _end(order: PaymentOrder) -> None:
    order.status = status_after(Fact.CANCELLED, order.status, MOVES)
    order.released_by = order.released_at = None


async def make_batch(
    session: AsyncSession, *, city_code: str, order_ids: Collection[UUID] | None, caller: Caller, at: datetime
) -> PaymentBatch:
    """Put released orders (those named, or all) into a file for the bank, once, under the next sequence number."""
    orders = await locked_released_orders(session, city_code, order_ids, LINES_MAX - 1)
    if order_ids is not None and len(orders) < len(set(order_ids)):
        raise NotAllReleased
    if not orders:
        raise NothingToSend
    sequence = await next_number(session, city_code, "batch")
    lines = [file_line(order) for order in orders]
    content = await asyncio.to_thread(write_bank_file, lines, sequence=sequence, made_at=at)
    batch = PaymentBatch(
        id=new_id(),
        city_code=city_code,
        sequence=sequence,
        orders=len(orders),
        total_fen=sum(order.to_transfer_fen for order in orders),
        file=content,
        sha256=hashlib.sha256(content).hexdigest(),
        credit_transfer=await _credit_transfer(session, lines, city_code=city_code, sequence=sequence, at=at),
        made_by=caller.acting_for,
        made_at=at,
    )
    session.add(batch)
    await session.flush()  # orders cite the batch by foreign key
    for place, order in enumerate(orders, start=1):
        order.status = status_after(Fact.BATCHED, order.status, MOVES)
        order.batch_id, order.batch_line = batch.id, place
    await write_together(session, orders)
    return batch


async def _credit_transfer(
    session: AsyncSession, lines: Sequence[FileLine], *, city_code: str, sequence: int, at: datetime
) -> bytes | None:
    account = await account_in_force(session, city_code)
    if account is None:
        return None
    debtor = Debtor(account.account_name, account.account_number, account.bank_name, account.cnaps_code)
    return await asyncio.to_thread(
        write_credit_transfer, lines, debtor=debtor, city_code=city_code, sequence=sequence, made_at=at
    )


def file_line(order: PaymentOrder) -> FileLine:
    """The order as the bank sees it."""
    return FileLine(
        order_id=order.id,
        number=order.number,
        account_name=order.account_name,
        account_number=order.account_number,
        bank_name=order.bank_name,
        amount_fen=order.to_transfer_fen,
        purpose=order.purpose,
        cnaps_code=order.cnaps_code,
    )
