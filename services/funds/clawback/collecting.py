"""How a debt ends: in parts if two people agree, set off against a coming payment, or written off by two."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from contracts.funds_clawback import ClawbackClosed, ClawbackOverdue
from kernel import clock
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, refuse_if
from kernel.timers import Timer
from ledger.entries import Entry
from policy.calendar import workdays
from services.funds.clawback.models import Clawback, ClawbackInstalment, ClawbackPart
from services.funds.clawback.postings import clawback_set_off, clawback_written_off
from services.funds.clawback.queries import agreed_plan, get_clawback, plan_of
from services.funds.clawback.recounting import expect_by, recount_time_to_pay
from services.funds.clawback.rules import Instalment, collection_findings, due_by, offset_findings, plan_findings
from services.funds.clawback.service import approve_step, debt_of
from services.funds.clawback.states import MOVES, Fact, Kind, Status
from services.funds.journal import post_entry
from services.funds.payments.models import PaymentOrder
from services.funds.payments.payees import Gathering, who_goes_on
from services.funds.payments.queries import get_order
from services.funds.payments.service import approve_release, line_of
from services.funds.payments.states import MOVES as ORDER_MOVES
from services.funds.payments.states import Fact as OrderFact
from services.funds.payments.subjects import Word, subject_of
from services.funds.payments.succession import who_goes_on_for


class NotOwed(Conflict):
    code, title_zh, title_en = "not_owed", "该追回款尚未决定或已结清", "Nothing is owed: not decided, or all of it came"


class NoPlan(Conflict):
    code, title_zh, title_en = "no_plan", "没有待同意的分期计划", "No plan waits to be agreed to"


class PlanAgreed(Conflict):
    code, title_zh, title_en = "plan_agreed", "分期计划已生效", "A plan was agreed to already"


class NotProposed(Conflict):
    code, title_zh, title_en = "not_proposed", "尚未提出核销", "Nobody has proposed to write it off"


async def owed(session: AsyncSession, clawback_id: UUID, caller: Caller) -> Clawback:
    """The debt, locked. Raises NotFound, NotOwed."""
    row = await get_clawback(session, clawback_id, caller, lock=True)
    if row.status is not Status.RECEIVABLE:
        raise NotOwed
    return row


def must_fit(row: Clawback, amount_fen: int, on: date) -> None:
    """Raise Refusal with all that is against so much on that day."""
    decided_on = on_date(row.decided_at) if row.decided_at else None
    today, left = clock.today(row.city_code), row.outstanding_fen
    refuse_if(
        collection_findings(amount_fen=amount_fen, outstanding_fen=left, on=on, not_before=decided_on, today=today)
    )


async def gather_debtor(gathering: Gathering, *, clawback_id: UUID, order_id: UUID, caller: Caller) -> UUID:
    """Who owes it by now, asked beforehand where the payment is to another. Raises NotFound, Unavailable."""
    async with gathering.sessions() as session:
        row, order = await get_clawback(session, clawback_id, caller), await get_order(session, order_id, caller)
    if order.payee_id == row.payee_id:
        return row.payee_id
    return await who_goes_on(gathering.registry, row.payee_id, city_code=row.city_code)


async def set_off(
    session: AsyncSession,
    *,
    clawback_id: UUID,
    order_id: UUID,
    debtor_id: UUID,
    amount_fen: int,
    caller: Caller,
    at: datetime,
) -> Clawback:
    """A coming payment of the same payee goes against the debt. What is wholly set off never goes to the bank.

    `debtor_id`: whom the payee merged into owes it in its place, and is paid as such.

    Raises NotOwed, NotFound, NotYetDue for the whole of an instalment, and Refusal with everything against it; only an
    order nobody released can still change.
    """
    row = await owed(session, clawback_id, caller)
    order, on = await get_order(session, order_id, caller, for_update=True), on_date(at)
    must_fit(row, amount_fen, on)
    refuse_if(
        offset_findings(
            amount_fen=amount_fen,
            order_fen=order.to_transfer_fen,
            is_same_payee=order.payee_id == row.payee_id or debtor_id == (order.successor_id or order.payee_id),
            is_same_order=order.id == row.order_id,
        )
    )
    settled = status_after(OrderFact.SET_OFF, order.status, ORDER_MOVES)
    paid = await session.get_one(PaymentOrder, row.order_id)
    part = part_of(row, Kind.SET_OFF, amount_fen, on, caller, at, order_id=order.id)
    order.offset_fen += amount_fen
    if not order.to_transfer_fen:
        await approve_release(session, order, caller, at)  # setting off the last fen lets it go
        order.status, order.settled_on, order.payment_entry_id = settled, on, part.entry_id
        await session.flush()
        await subject_of(order).moved(session, [Word(order, OrderFact.SET_OFF, on)])
    entry = clawback_set_off(debt_of(row, paid), amount_fen, paying=line_of(order), payee_id=order.payee_id, on=on)
    await collect(session, row, part, entry)
    return row


def part_of(
    row: Clawback,
    kind: Kind,
    amount_fen: int,
    on: date,
    caller: Caller,
    at: datetime,
    *,
    order_id: UUID | None = None,
) -> ClawbackPart:
    """What came of it, to be kept with `collect`."""
    return ClawbackPart(
        id=new_id(),
        city_code=row.city_code,
        clawback_id=row.id,
        kind=kind,
        amount_fen=amount_fen,
        on=on,
        order_id=order_id,
        entry_id=new_id(),
        made_by=caller.acting_for,
        made_at=at,
    )


async def collect(session: AsyncSession, row: Clawback, part: ClawbackPart, entry: Entry) -> None:
    """Keep the part and post it; the debt is closed with its last fen."""
    session.add(part)
    if part.kind is Kind.WRITTEN_OFF:
        row.written_off_fen += part.amount_fen
        row.status = status_after(Fact.WRITTEN_OFF, row.status, MOVES)
    else:
        row.collected_fen += part.amount_fen
        if not row.outstanding_fen:
            row.status = status_after(Fact.COLLECTED, row.status, MOVES)
    if row.status is not Status.RECEIVABLE:
        await _tell_closed(session, row)
    await session.flush()
    key = f"{entry.fact}:{part.id}"
    await post_entry(session, entry, city_code=row.city_code, key=key, entry_id=part.entry_id, actor=part.made_by)


async def _tell_closed(session: AsyncSession, row: Clawback) -> None:
    told = ClawbackClosed(
        case_id=row.case_id,
        clawback_id=row.id,
        organisation_id=await who_goes_on_for(session, row.payee_id),
        outcome=row.status,
        collected_fen=row.collected_fen,
        written_off_fen=row.written_off_fen,
    )
    await record(session, told, city_code=row.city_code, subject=row.id)


async def make_plan(
    session: AsyncSession, *, clawback_id: UUID, parts: Sequence[Instalment], caller: Caller
) -> Clawback:
    """Propose that it is paid in parts, replacing one nobody agreed to. Raises NotOwed, PlanAgreed, Refusal."""
    row = await owed(session, clawback_id, caller)
    if row.plan_approved_by is not None:
        raise PlanAgreed
    refuse_if(plan_findings(parts, outstanding_fen=row.outstanding_fen, today=clock.today(row.city_code)))
    await session.execute(delete(ClawbackInstalment).where(ClawbackInstalment.clawback_id == row.id))
    session.add_all(
        ClawbackInstalment(
            id=new_id(), city_code=row.city_code, clawback_id=row.id, due_on=part.due_on, amount_fen=part.amount_fen
        )
        for part in parts
    )
    row.plan_made_by = caller.acting_for
    flag_modified(row, "plan_made_by")  # another plan is another version, also by the same person
    await session.flush()
    return row


async def agree_to_plan(
    session: AsyncSession, *, clawback_id: UUID, if_match: str, caller: Caller, at: datetime
) -> Clawback:
    """A second person, who did not decide the debt either, agrees: from now on a part is overdue, not the whole.

    Raises NoPlan, Refusal, PreconditionFailed when it is not the plan they read.
    """
    row = await owed(session, clawback_id, caller)
    must_match(if_match, row.version, as_read=True)
    parts = [Instalment(part.due_on, part.amount_fen) for part in await plan_of(session, row.id)]
    if row.plan_made_by is None or row.plan_approved_by is not None:
        raise NoPlan
    # Money may have come since it was proposed, or a day gone by.
    refuse_if(plan_findings(parts, outstanding_fen=row.outstanding_fen, today=clock.today(row.city_code)))
    await approve_step(session, row, "plan", prepared_by=row.plan_made_by, caller=caller, at=at)
    row.plan_approved_by = caller.acting_for
    await expect_by(session, row, parts[0].due_on)
    return row


async def propose_write_off(session: AsyncSession, *, clawback_id: UUID, reason: str, caller: Caller) -> Clawback:
    """Say that the rest never comes, and why."""
    row = await owed(session, clawback_id, caller)
    row.write_off_reason, row.write_off_proposed_by = reason, caller.acting_for
    await session.flush()
    return row


async def write_off(
    session: AsyncSession, *, clawback_id: UUID, if_match: str, caller: Caller, at: datetime
) -> Clawback:
    """A second person, who did not decide the debt either, lets go what is outstanding.

    Raises NotProposed, Refusal, PreconditionFailed when it is not the amount or the reason they read.
    """
    row = await owed(session, clawback_id, caller)
    must_match(if_match, row.version, as_read=True)
    if row.write_off_proposed_by is None:
        raise NotProposed
    proposed_by = row.write_off_proposed_by
    approval_id = await approve_step(session, row, "write_off", prepared_by=proposed_by, caller=caller, at=at)
    row.write_off_approved_by = caller.acting_for
    order = await session.get_one(PaymentOrder, row.order_id)
    part = part_of(row, Kind.WRITTEN_OFF, row.outstanding_fen, on_date(at), caller, at)
    entry = clawback_written_off(debt_of(row, order, [approval_id]), part.amount_fen, on=part.on)
    await collect(session, row, part, entry)
    return row


async def on_due_day_over(session: AsyncSession, timer: Timer) -> None:
    """A last day has passed: when less came than should have, everybody who follows it learns so.

    A notice of holidays that came since may have made it a later day: then it is looked at on that one.
    """
    row = await session.get(Clawback, UUID(timer.object_id), with_for_update=True)
    if row is None or row.status is not Status.RECEIVABLE or row.pay_until_on is None:
        return
    if await recount_time_to_pay(session, row, workdays()):
        return
    yesterday = clock.today(row.city_code) - timedelta(days=1)
    parts = await agreed_plan(session, row)
    due = due_by(parts, decided_fen=row.decided_fen, pay_until_on=row.pay_until_on, on=yesterday)
    if due > row.collected_fen:
        told = ClawbackOverdue(
            case_id=row.case_id,
            clawback_id=row.id,
            organisation_id=await who_goes_on_for(session, row.payee_id),
            due_fen=due,
            collected_fen=row.collected_fen,
        )
        await record(session, told, city_code=row.city_code, subject=row.id)
    later = [part.due_on for part in parts if part.due_on > yesterday]
    if later:
        await expect_by(session, row, later[0])
