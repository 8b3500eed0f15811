"""Reports fall due by themselves: one is expected when its period is over, and overdue a day after its last day."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundReportOverdue
from kernel import clock
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.timers import Timer, schedule, schedule_after
from kernel.workdays import Workdays
from policy.calendar import workdays
from policy.snapshots import Acceptance
from policy.store import figure, policy_for
from services.funds.guidance_fund.policy import participation
from services.funds.guidance_fund.reports.models import SubFundReport
from services.funds.guidance_fund.reports.rules import Period, following, period_of
from services.funds.guidance_fund.reports.states import MOVES, Fact, Kind, Status
from services.funds.guidance_fund.sub_funds.models import SubFund
from services.funds.guidance_fund.sub_funds.states import Status as SubFundStatus
from services.funds.recounting.expecting import expect_recount
from services.funds.recounting.rules import counted_again
from services.funds.rows import free

EXPECTED, OVERDUE = "sub_fund.report_expected", "sub_fund.report_overdue"
_DAY = timedelta(days=1)


async def expect_reports(session: AsyncSession, row: SubFund, *, after: date) -> None:
    """Have the first report of each kind expected when the period is over in which a day lies."""
    for kind in Kind:
        await _when_over(session, row, period_of(kind, after))


async def _when_over(session: AsyncSession, row: SubFund, period: Period) -> None:
    await schedule(
        session,
        kind=EXPECTED,
        object_id=f"{row.id}:{period.kind}:{period.last_on.isoformat()}",
        city_code=row.city_code,
        due_at=clock.start_of(period.last_on + _DAY),
    )


async def on_period_over(session: AsyncSession, timer: Timer) -> None:
    """A report is expected from now on, and the next one when its period is over. Not of a sub-fund that has ended."""
    sub_fund_id, kind, last_on = timer.object_id.split(":")
    row = await session.get_one(SubFund, UUID(sub_fund_id))
    if row.status is not SubFundStatus.ACTIVE:
        return
    period = period_of(Kind(kind), date.fromisoformat(last_on))
    days = await _working_days(session, row, period)
    due = workdays().add(period.last_on, days)
    report = SubFundReport(
        id=new_id(),
        city_code=row.city_code,
        sub_fund_id=row.id,
        kind=period.kind,
        period=period.name,
        last_on=period.last_on,
        due_on=due.on,
        working_days=days,
        provisional=due.provisional,
        expected_at=clock.now(row.city_code),
        status=Status.EXPECTED,
        valuations=[],
    )
    session.add(report)
    await session.flush()
    await schedule_after(session, due.on, kind=OVERDUE, object_id=report.id, city_code=row.city_code)
    if due.provisional:
        await expect_recount(session, row.city_code)
    await _when_over(session, row, following(period))


async def _working_days(session: AsyncSession, row: SubFund, period: Period) -> int:
    accepted = Acceptance(row.accepted_on, row.accepted_at)
    snapshot = await policy_for(session, row.city_code, accepted)
    _programme, terms = participation(snapshot.pack, row.programme)
    quarterly = period.kind is Kind.QUARTER
    key = terms.quarterly_report_working_days if quarterly else terms.annual_report_working_days
    days: int = figure(snapshot, key, accepted=accepted)
    return days


async def recount_reports(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional one of the city that nobody handed in or works on."""
    of_city, waiting = SubFundReport.city_code == city_code, SubFundReport.status == Status.EXPECTED
    for report in await free(session, SubFundReport, of_city, waiting, SubFundReport.provisional.is_(True)):
        await _recount(session, report, days)


async def _recount(session: AsyncSession, report: SubFundReport, days: Workdays) -> bool:
    """One of them, locked. Whether it is due later than it was told."""
    told_on, since, count = report.due_on, report.last_on, report.working_days
    due = counted_again(told_on, since=since, working_days=count, provisional=report.provisional, days=days)
    if due is None:
        return False
    report.due_on, report.provisional = due.on, due.provisional
    if due.on == told_on:
        return False
    await schedule_after(session, due.on, kind=OVERDUE, object_id=report.id, city_code=report.city_code)
    return True


async def on_report_overdue(session: AsyncSession, timer: Timer) -> None:
    """What was not handed in by its last day, which a later calendar may have moved later, is marked, and told."""
    report = await session.get_one(SubFundReport, UUID(timer.object_id), with_for_update=True)
    if report.status is not Status.EXPECTED or await _recount(session, report, workdays()):
        return
    report.status, report.was_overdue = status_after(Fact.OVERDUE, report.status, MOVES), True
    row = await session.get_one(SubFund, report.sub_fund_id)
    told = SubFundReportOverdue(
        sub_fund_id=row.id, report_id=report.id, manager_id=row.manager_id, period=report.period, due_on=report.due_on
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
