"""Reports fall due by themselves: one is expected when its period is over, and overdue a day after its last day."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundReportOverdue
from kernel import clock
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.timers import Timer, schedule
from policy.calendar import workdays
from policy.snapshots import Acceptance
from policy.store import figure, policy_for
from services.funds.guidance_fund.policy import participation
from services.funds.guidance_fund.reports.models import SubFundReport
from services.funds.guidance_fund.reports.rules import Period, following, period_of
from services.funds.guidance_fund.reports.states import MOVES, Fact, Kind, Status
from services.funds.guidance_fund.sub_funds.models import SubFund
from services.funds.guidance_fund.sub_funds.states import Status as SubFundStatus

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
    due_on = await _due_on(session, row, period)
    report = SubFundReport(
        id=new_id(),
        city_code=row.city_code,
        sub_fund_id=row.id,
        kind=period.kind,
        period=period.name,
        last_on=period.last_on,
        due_on=due_on,
        expected_at=clock.now(row.city_code),
        status=Status.EXPECTED,
        valuations=[],
    )
    session.add(report)
    await session.flush()
    due_at = clock.start_of(due_on + _DAY)
    await schedule(session, kind=OVERDUE, object_id=report.id, city_code=row.city_code, due_at=due_at)
    await _when_over(session, row, following(period))


async def _due_on(session: AsyncSession, row: SubFund, period: Period) -> date:
    accepted = Acceptance(row.accepted_on, row.accepted_at)
    snapshot = await policy_for(session, row.city_code, accepted)
    _programme, terms = participation(snapshot.pack, row.programme)
    quarterly = period.kind is Kind.QUARTER
    key = terms.quarterly_report_working_days if quarterly else terms.annual_report_working_days
    return workdays().add(period.last_on, figure(snapshot, key, accepted=accepted)).on


async def on_report_overdue(session: AsyncSession, timer: Timer) -> None:
    """What was not handed in by its last day is marked, and told."""
    report = await session.get_one(SubFundReport, UUID(timer.object_id), with_for_update=True)
    if report.status is not Status.EXPECTED:
        return
    report.status, report.was_overdue = status_after(Fact.OVERDUE, report.status, MOVES), True
    row = await session.get_one(SubFund, report.sub_fund_id)
    told = SubFundReportOverdue(
        sub_fund_id=row.id, report_id=report.id, manager_id=row.manager_id, period=report.period, due_on=report.due_on
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
