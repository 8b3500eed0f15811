"""The round of a period: opened for every carrier that holds a level, reminded, closed, and followed by the next.

Period and time limit are parameters of the city's pack. While one is open, nothing is asked of anybody and the clause
that left it open is named.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import StatisticsReportDue, StatisticsReportMissed, StatisticsRoundOpened
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, named_constraint, refuse_if
from kernel.timers import Timer, TimerHandler, schedule, schedule_after
from kernel.workdays import Deadline, Workdays, is_news, settled
from policy.calendar import workdays
from policy.determinations import finding_document
from policy.forms import ReportForm, form_for, form_of
from policy.snapshots import Acceptance, Snapshot, open_finding, open_findings
from policy.store import accepted_now, policy_today
from services.registry.carriers.models import Carrier, Level
from services.registry.recounting.telling import tell_settled
from services.registry.statistics.models import StatisticsReport, StatisticsRound
from services.registry.statistics.queries import (
    carriers_to_ask,
    earlier_statuses,
    provisional_rounds,
    read_round,
    reports_of,
    round_of_period,
    waiting_reports,
)
from services.registry.statistics.rules import (
    Period,
    counted_from,
    exit_finding,
    missed_in_a_row,
    not_asked,
    opening_findings,
    period_of,
)
from services.registry.statistics.states import MOVES, Fact, Status

PERIOD_MONTHS = "statistics.period_months"
WORKING_DAYS = "statistics.deadline_working_days"
MISSED_TO_EXIT = "statistics.missed_reports_to_exit"
ENDS, REMINDS, CLOSES = "statistics.period_ends", "statistics.reminds", "statistics.closes"
NEXT_BEGINS = "statistics.next_period"
TIMER = "timer"


class RoundOpen(Conflict):
    code, title_zh, title_en = "statistics_round_open", "该报告期已开始报送", "The period was opened already"


named_constraint("uq_statistics_round_city_code_period_from", RoundOpen)


async def open_round(session: AsyncSession, *, day: date, caller: Caller) -> StatisticsRound:
    """The period the day lies in, by an officer. Raises Refusal while the policy does not say how often and by when."""
    snapshot = await policy_today(session, caller.city)
    at = accepted_now(caller.city)
    refuse_if(asking_findings(snapshot, at))
    period = period_of(day, _integer(snapshot, PERIOD_MONTHS, at))
    if await round_of_period(session, caller.city, period.first) is not None:
        raise RoundOpen
    form = _form_to_ask(period)
    due_on = workdays().add(period.last, _integer(snapshot, WORKING_DAYS, at)).on
    clauses = snapshot.pack.parameters[WORKING_DAYS].clauses
    refuse_if(opening_findings(period=period, due_on=due_on, today=at.on, clauses=clauses))
    return await _open(session, snapshot, at, period, form, by=caller.acting_for)


def asking_findings(snapshot: Snapshot, at: Acceptance) -> list[Any]:
    """Why nobody can be asked: the city's documents want no such reports, or leave open how often and by when."""
    wanted = (PERIOD_MONTHS, WORKING_DAYS)
    if any(name not in snapshot.pack.parameters for name in wanted):
        return [not_asked()]
    return open_findings(snapshot, wanted, accepted=at)


async def open_next_round(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer on the day after the next period's end; nothing happens while the policy does not say."""
    before = await read_round(session, UUID(timer.object_id))
    city = before.city_code
    snapshot, at = await policy_today(session, city), accepted_now(city)
    if asking_findings(snapshot, at):
        return
    period = period_of(before.period_until + timedelta(days=1), _integer(snapshot, PERIOD_MONTHS, at))
    if period.first > before.period_until and await round_of_period(session, city, period.first) is None:
        await _open(session, snapshot, at, period, _form_to_ask(period), by=TIMER)


def _form_to_ask(period: Period) -> ReportForm:
    form = form_for(period.last)
    if form is None:
        raise Refusal(reasons=[not_asked()])
    return form


async def _open(
    session: AsyncSession, snapshot: Snapshot, at: Acceptance, period: Period, form: ReportForm, *, by: str
) -> StatisticsRound:
    row = StatisticsRound(
        id=new_id(),
        city_code=snapshot.city_code,
        period_from=period.first,
        period_until=period.last,
        form_on=form.effective_on,
        working_days=_integer(snapshot, WORKING_DAYS, at),
        clauses=list(snapshot.pack.parameters[WORKING_DAYS].clauses),
        policy_version=snapshot.version,
        policy_hash=snapshot.hash,
        opened_by=by,
        opened_at=clock.now(snapshot.city_code),
    )
    due = _deadline(row, workdays())
    row.due_on, row.due_provisional = due.on, due.provisional
    session.add(row)
    await session.flush()
    asked = await _ask(session, row, form)
    opened = StatisticsRoundOpened(
        round_id=row.id,
        period_from=row.period_from,
        period_until=row.period_until,
        due_on=row.due_on,
        provisional=row.due_provisional,
        reports=asked,
    )
    await record(session, opened, city_code=row.city_code, subject=row.id)
    await _set_timers(session, row, form)
    next_end = period_of(period.last + timedelta(days=1), _integer(snapshot, PERIOD_MONTHS, at)).last
    await schedule_after(session, next_end, kind=NEXT_BEGINS, object_id=row.id, city_code=row.city_code)
    return row


def _deadline(row: StatisticsRound, days: Workdays) -> Deadline:
    """The last day to hand in, whenever it is counted."""
    opened_on, by_itself = clock.on_date(row.opened_at), row.opened_by == TIMER
    first = counted_from(period_until=row.period_until, opened_on=opened_on, by_itself=by_itself)
    return days.add(first, row.working_days)


async def ask_again(session: AsyncSession, timer: Timer) -> None:
    """Handler when a period is over that was opened before: only now it is known who held a level on its last day."""
    row = await read_round(session, UUID(timer.object_id))
    if row.closed_at is None:
        await _ask(session, row, form_of(row.form_on))


async def _ask(session: AsyncSession, row: StatisticsRound, form: ReportForm) -> int:
    """A report of every carrier that holds a level on the period's last day, as it stands then, and of no other."""
    carriers = await carriers_to_ask(session, row.city_code, form.carrier_kinds, row.period_until)
    known = {report.carrier_id: report for report in await reports_of(session, row.id)}
    for carrier in carriers:
        report = known.pop(carrier.id, None) or _report(row, carrier)
        if not report.revision:
            _stand(report, carrier, row.period_until)
            session.add(report)
    for report in known.values():
        if not report.revision:
            await session.delete(report)
    await session.flush()
    return len(carriers)


def _report(row: StatisticsRound, carrier: Carrier) -> StatisticsReport:
    return StatisticsReport(
        id=new_id(),
        city_code=row.city_code,
        round_id=row.id,
        carrier_id=carrier.id,
        status=Status.EXPECTED,
        revision=0,
        version=1,
    )


def _stand(report: StatisticsReport, carrier: Carrier, on: date) -> None:
    held = [entry.level for entry in carrier.levels if entry.held_on(on)]
    districts = [place.district_code for place in carrier.premises if place.district_code]
    report.operator_id, report.carrier_kind = carrier.operator_id, carrier.kind
    report.level = max(held, key=list(Level).index)
    report.district_code = districts[0] if districts else None


async def _set_timers(session: AsyncSession, row: StatisticsRound, form: ReportForm) -> None:
    """The end of a period that runs; a reminder in the morning of the n-th working day before the last day to hand in,
    and the close at its midnight."""
    if clock.today(row.city_code) <= row.period_until:
        await schedule_after(session, row.period_until, kind=ENDS, object_id=row.id, city_code=row.city_code)
    for count in form.reminder_working_days:
        day = workdays().before(row.due_on, count)
        if day > clock.today(row.city_code):
            at = clock.start_of(day)
            await schedule(session, kind=REMINDS, object_id=f"{row.id}/{count}", city_code=row.city_code, due_at=at)
    await schedule_after(session, row.due_on, kind=CLOSES, object_id=row.id, city_code=row.city_code)


async def remind(session: AsyncSession, timer: Timer) -> None:
    """Handler: everybody whose report has not come, or was returned, is told the day and what is left."""
    round_id, _, count = timer.object_id.partition("/")
    row = await read_round(session, UUID(round_id))
    for report in await waiting_reports(session, row.id):
        due = StatisticsReportDue(
            **about(report), due_on=row.due_on, provisional=row.due_provisional, working_days_left=int(count)
        )
        await record(session, due, city_code=row.city_code, subject=report.id)


async def recount_rounds(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every round of the city whose last day was provisional when it was told."""
    for row in await provisional_rounds(session, city_code):
        await _recount(session, row, days)


async def _recount(session: AsyncSession, row: StatisticsRound, days: Workdays) -> None:
    told_on = row.due_on
    due = settled(told_on, _deadline(row, days))
    if not row.due_provisional or not is_news(told_on, due):
        return
    row.due_on, row.due_provisional = due.on, due.provisional
    await _set_timers(session, row, form_of(row.form_on))
    kind = "statistics_report"
    await tell_settled(session, row.city_code, kind=kind, object_id=row.id, told_on=told_on, due=due)


async def close_round(session: AsyncSession, timer: Timer) -> None:
    """Handler at the end of the last day. What a later notice of the calendar moved is closed later, never earlier."""
    row = await read_round(session, UUID(timer.object_id))
    await _recount(session, row, workdays())
    if row.due_on >= clock.today(row.city_code):
        return
    row.closed_at = clock.now(row.city_code)
    missing = [one for one in await waiting_reports(session, row.id) if one.status is Status.EXPECTED]
    snapshot = await policy_today(session, row.city_code)
    before = await earlier_statuses(session, [one.carrier_id for one in missing], row.period_from)
    for report in missing:
        await _miss(session, report, snapshot, before.get(report.carrier_id, []))


async def _miss(session: AsyncSession, report: StatisticsReport, snapshot: Snapshot, before: Sequence[Status]) -> None:
    report.status = status_after(Fact.MISSED, report.status, MOVES)
    report.version += 1
    times = missed_in_a_row([report.status, *before])
    consequence = _consequence(snapshot, report, times)
    report.consequence = finding_document(consequence) if consequence else None
    missed = StatisticsReportMissed(
        **about(report), missed_in_a_row=times, consequence=consequence.code if consequence else None
    )
    await record(session, missed, city_code=report.city_code, subject=report.id)


def _consequence(snapshot: Snapshot, report: StatisticsReport, times: int) -> Any:
    if MISSED_TO_EXIT not in snapshot.pack.parameters:
        return None
    at = Acceptance(report.round.period_until, clock.now(report.city_code))
    limit = snapshot.value(MISSED_TO_EXIT, accepted=at)
    if limit is None:
        return open_finding(snapshot, MISSED_TO_EXIT)
    assert isinstance(limit.value, int)  # noqa: S101 - the unit of the parameter
    return exit_finding(times=times, limit=limit.value, clauses=limit.clauses)


def about(report: StatisticsReport) -> dict[str, Any]:
    """What every fact about a report says."""
    return {
        "report_id": report.id,
        "round_id": report.round_id,
        "carrier_id": report.carrier_id,
        "organisation_id": report.operator_id,
        "period_from": report.round.period_from,
        "period_until": report.round.period_until,
    }


def _integer(snapshot: Snapshot, parameter: str, at: Acceptance) -> int:
    found = snapshot.whole(parameter, accepted=at)
    assert found is not None  # noqa: S101 - open ones were refused
    return found


TIMERS: dict[str, TimerHandler] = {
    ENDS: ask_again,
    REMINDS: remind,
    CLOSES: close_round,
    NEXT_BEGINS: open_next_round,
}
