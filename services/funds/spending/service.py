"""Money bound to a use: what it was spent on is reported, reminded of, and checked against the policy (JX-21)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_clawback import SpendingReportChecked, SpendingReportDue
from kernel import clock
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import findings
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import NotFound, refuse_if
from kernel.timers import Timer, schedule, schedule_all
from policy.calendar import workdays
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep, figure, must_be_set, policies_for, policy_for
from services.funds.access import SYSTEM
from services.funds.approvals.rules import second_person_findings
from services.funds.clawback.rules import NOT_PAID
from services.funds.clawback.service import Finding, find_what_is_left
from services.funds.clawback.states import Cause
from services.funds.invoices.rules import repeated_findings, used_findings
from services.funds.invoices.service import OWN, Purpose, claim_invoices, release_invoices, used_among
from services.funds.payments.models import PaymentOrder
from services.funds.payments.states import Status as OrderStatus
from services.funds.payments.subjects import Word
from services.funds.payments.succession import who_goes_on_for
from services.funds.recounting.expecting import expect_recount
from services.funds.rows import write_together
from services.funds.spending.models import SpendingReport
from services.funds.spending.queries import found_nothing_left, get_report, reports_on
from services.funds.spending.recounting import looked_at, recount_report
from services.funds.spending.rules import Spent, bound_fen, by_purpose, share_bp_of, short_of
from services.funds.spending.states import MOVES, Fact, Status

KIND = "spending_report"
AGAIN = "spending_report.found_again"


async def expect_reports(session: AsyncSession, paid: Sequence[Word]) -> None:
    """A paid order of a programme whose money is bound: its payee reports, once, however often it is paid.

    Paid again before anything was handed in, it is due from that day on. All of one city.
    """
    if not paid:
        return
    city_code = paid[0].order.city_code
    now = clock.now(city_code)
    policies = await policies_for(session, city_code, {Acceptance(word.on, now) for word in paid})
    bound = [word for word in paid if _is_bound(policies[Acceptance(word.on, now)], word.order)]
    if not bound:
        return
    known = await reports_on(session, {word.order.id for word in bound})
    due: dict[tuple[str, object], datetime] = {}
    is_provisional = False
    for word in bound:
        row = known.get(word.order.id)
        if row is None:
            row = _expected(word.order)
            session.add(row)
        elif row.status is not Status.EXPECTED:
            continue
        accepted = Acceptance(word.on, now)
        due |= _expect_by(row, policies[accepted], accepted)
        is_provisional |= row.provisional
    await write_together(session, known.values())
    await schedule_all(session, due, city_code=city_code)
    if is_provisional:
        await expect_recount(session, city_code)


def _is_bound(policy: Snapshot, order: PaymentOrder) -> bool:
    return policy.pack.spending is not None and order.programme in policy.pack.spending.programmes


def _expect_by(row: SpendingReport, policy: Snapshot, paid: Acceptance) -> dict[tuple[str, object], datetime]:
    """The day it is due by the policy of the day of payment, and the timers that look at it."""
    days = policy.whole(policy.pack.spending.report_working_days, accepted=paid) if policy.pack.spending else None
    due = workdays().add(paid.on, days) if days is not None else None
    row.paid_on, row.due_on, row.provisional = paid.on, due.on if due else None, due.provisional if due else False
    row.working_days = days
    return looked_at(row, due.on) if due is not None else {}


def _expected(order: PaymentOrder) -> SpendingReport:
    return SpendingReport(
        id=new_id(),
        city_code=order.city_code,
        order_id=order.id,
        payee_id=order.payee_id,
        programme=order.programme,
        amount_fen=order.amount_fen,
        status=Status.EXPECTED,
        lines=[],
    )


async def on_report_due(session: AsyncSession, timer: Timer) -> None:
    """The last day has begun: the payee is reminded, unless the notice of that year made it a later one."""
    row = await _awaited(session, timer)
    if row is not None and not await recount_report(session, row, workdays()):
        await _tell_due(session, row, overdue=False)


async def on_report_missed(session: AsyncSession, timer: Timer) -> None:
    """Nothing came: what nobody can show the use of is found to come back, and people decide."""
    row = await _awaited(session, timer)
    if row is None or await recount_report(session, row, workdays()):
        return
    row.status = status_after(Fact.MISSED, row.status, MOVES)
    await _tell_due(session, row, overdue=True)
    await _find_unshown(session, row)


async def _find_unshown(session: AsyncSession, row: SpendingReport) -> None:
    grounds = f"资金使用情况报告逾期未交(期限{row.due_on.isoformat() if row.due_on else ''})"
    await _find(session, row, row.amount_fen, grounds, found_by=SYSTEM, at=clock.now(row.city_code))


async def report_demand_fell(session: AsyncSession, order: PaymentOrder, _on: date) -> None:
    """Less is demanded back of an order than was found: a report that found nothing left then is looked at again."""
    report_id = await found_nothing_left(session, order.id)
    if report_id is not None:
        now = clock.now(order.city_code)
        await schedule(session, kind=AGAIN, object_id=report_id, city_code=order.city_code, due_at=now)


async def on_found_again(session: AsyncSession, timer: Timer) -> None:
    """What was demanded back for another reason is not any more: what the report says is found of it."""
    row = await _of_money_paid(session, timer)
    if row is None or await found_nothing_left(session, row.order_id) is None:
        return
    if row.status is Status.OVERDUE:
        await _find_unshown(session, row)
    elif row.status is Status.SHORT:
        opinion, by = row.opinion or "", row.checked_by or SYSTEM
        await _find(session, row, row.short_fen, opinion, found_by=by, at=clock.now(row.city_code))


async def _awaited(session: AsyncSession, timer: Timer) -> SpendingReport | None:
    """A report nobody handed in, of money the payee has."""
    row = await _of_money_paid(session, timer)
    return row if row is not None and row.status is Status.EXPECTED else None


async def _of_money_paid(session: AsyncSession, timer: Timer) -> SpendingReport | None:
    """The report, locked: what the bank returned is not reported on."""
    row = await session.get(SpendingReport, UUID(timer.object_id))
    if row is None:
        return None
    # The order first, as the bank's word locks them.
    order = await session.get_one(PaymentOrder, row.order_id, with_for_update=True, populate_existing=True)
    await session.refresh(row, with_for_update=True)
    return row if order.status is OrderStatus.SETTLED else None


async def _tell_due(session: AsyncSession, row: SpendingReport, *, overdue: bool) -> None:
    told = SpendingReportDue(
        report_id=row.id,
        organisation_id=await who_goes_on_for(session, row.payee_id),
        payment_order_id=row.order_id,
        due_on=row.due_on or row.paid_on,
        overdue=overdue,
    )
    await record(session, told, city_code=row.city_code, subject=row.id)


async def submit_report(
    session: AsyncSession, *, report_id: UUID, lines: Sequence[Spent], caller: Caller, at: datetime
) -> SpendingReport:
    """The payee says what it was spent on, line by line; each invoice stands for one cost in one programme, for ever.

    Handed in again before it was checked, it replaces what stood. Raises Refusal with every invoice that is wrong.
    """
    row = await get_report(session, report_id, caller, lock=True)
    row.status = status_after(Fact.SUBMITTED, row.status, MOVES)
    await release_invoices(session, row.id, city_code=row.city_code)
    invoices = [line.invoice for line in lines]
    used = await used_among(session, invoices, city_code=row.city_code)
    refuse_if([*repeated_findings(invoices), *used_findings(invoices, used, on=on_date(at))])
    await claim_invoices(session, invoices, _purpose(row, on_date(at)))
    row.lines = [
        {"purpose": line.purpose, "amount_fen": line.amount_fen, "number_last4": line.invoice.last4} for line in lines
    ]
    row.submitted_by, row.submitted_at = caller.acting_for, at
    await recount_report(session, row, workdays())
    row.is_late = row.due_on is not None and on_date(at) > row.due_on
    await session.flush()
    return row


def _purpose(row: SpendingReport, on: date) -> Purpose:
    return Purpose(
        service=OWN,
        city_code=row.city_code,
        subject_kind=KIND,
        reference=row.id,
        claimed_for=row.payee_id,
        programme_kind=KIND,
        claimed_on=on,
    )


async def check_report(
    session: AsyncSession, *, report_id: UUID, opinion: str, caller: Caller, at: datetime
) -> SpendingReport:
    """An officer has it checked against the policy: what did not go to the bound use is found to come back.

    Raises PolicyOpen with all that is open, Refusal for who handed it in and while the bank has the money back: what
    is short could not be demanded of it.
    """
    order_id = (await get_report(session, report_id, caller)).order_id
    order = await session.get_one(PaymentOrder, order_id, with_for_update=True, populate_existing=True)
    row = await get_report(session, report_id, caller, lock=True)
    refuse_if(findings((order.status is not OrderStatus.SETTLED, NOT_PAID)))
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.submitted_by or "", decided_by=None))
    short = await _rule(session, row, at)
    row.status = status_after(Fact.FOUND_SHORT if short else Fact.FOUND_IN_ORDER, row.status, MOVES)
    row.opinion, row.checked_by, row.checked_at, row.short_fen = opinion, caller.acting_for, at, short
    if short:
        await _find(session, row, short, opinion, found_by=caller.acting_for, at=at)
    payee_id = await who_goes_on_for(session, row.payee_id)
    told = SpendingReportChecked(report_id=row.id, organisation_id=payee_id, outcome=row.status, short_fen=short)
    await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()
    return row


async def _rule(session: AsyncSession, row: SpendingReport, at: datetime) -> int:
    """Fen that did not go to the bound use, by the city's standard; the ruling is kept."""
    accepted = Acceptance(row.paid_on, at)
    snapshot = await policy_for(session, row.city_code, accepted)
    terms = snapshot.pack.spending
    if terms is None:
        raise NotFound
    must_be_set(snapshot, (terms.purposes, terms.share), accepted=accepted)
    purposes = figure(snapshot, terms.purposes, accepted=accepted)
    share_bp = figure(snapshot, terms.share, accepted=accepted)
    spent = by_purpose([(line["purpose"], line["amount_fen"]) for line in row.lines])
    bound = bound_fen(spent, tuple(purposes))
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=terms.check,
        act="check",
        facts={terms.fact: share_bp_of(bound, row.amount_fen)},
        accepted=accepted,
        references={"spending_report": str(row.id), "payment_order": str(row.order_id)},
    )
    row.determination_id = determination.id
    if determination.outcome == "eligible":
        return 0
    return short_of(bound, amount_fen=row.amount_fen, share_bp=share_bp)


async def _find(
    session: AsyncSession, row: SpendingReport, short_fen: int, grounds: str, *, found_by: str, at: datetime
) -> None:
    order = await session.get_one(PaymentOrder, row.order_id, with_for_update=True, populate_existing=True)
    snapshot = await policy_for(session, row.city_code, Acceptance(row.paid_on, at))
    clauses = snapshot.pack.spending.clauses if snapshot.pack.spending else ()
    finding = Finding(Cause.USE_RESTRICTION_BROKEN, short_fen, grounds, (), clauses=clauses)
    found = await find_what_is_left(session, order, finding=finding, found_by=found_by, at=at)
    row.clawback_id = found.id if found else row.clawback_id
