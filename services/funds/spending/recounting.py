"""Reports that are due in a year without a notice of holidays, counted again."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.clock import start_of
from kernel.timers import schedule_all
from kernel.workdays import Workdays
from services.funds.recounting.rules import counted_again
from services.funds.rows import free
from services.funds.spending.models import SpendingReport
from services.funds.spending.states import Status

DUE, MISSED = "spending_report.due", "spending_report.missed"


def looked_at(row: SpendingReport, due_on: date) -> dict[tuple[str, object], datetime]:
    """The timers of a report: as its last day begins, and when it is over."""
    return {(DUE, row.id): start_of(due_on), (MISSED, row.id): start_of(due_on + timedelta(days=1))}


async def recount_reports(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional one of the city that nobody handed in or works on."""
    of_city, waiting = SpendingReport.city_code == city_code, SpendingReport.status == Status.EXPECTED
    for row in await free(session, SpendingReport, of_city, waiting, SpendingReport.provisional.is_(True)):
        await recount_report(session, row, days)


async def recount_report(session: AsyncSession, row: SpendingReport, days: Workdays) -> bool:
    """One of them, locked. Whether it is due later than it was told: then it is looked at on that day."""
    told_on = row.due_on
    due = counted_again(
        told_on, since=row.paid_on, working_days=row.working_days, provisional=row.provisional, days=days
    )
    if due is None:
        return False
    row.due_on, row.provisional = due.on, due.provisional
    if due.on == told_on:
        return False
    if row.status is Status.EXPECTED:
        await schedule_all(session, looked_at(row, due.on), city_code=row.city_code)
    return True
