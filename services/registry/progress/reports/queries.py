"""Reads of reports. The staff of the city sees all, a reporter its own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.progress.bodies.models import Reporter
from services.registry.progress.bodies.queries import acts_for
from services.registry.progress.reports.models import Figure, Report, ReportRevision
from services.registry.progress.reports.rules import Reported
from services.registry.progress.reports.states import Status


async def find_report(session: AsyncSession, report_id: UUID, *, caller: Caller, for_update: bool = False) -> Report:
    """With all its revisions. Raises NotFound."""
    statement = _seen_by(caller).where(Report.id == report_id)
    row: Report | None = await session.scalar(statement.with_for_update(of=Report) if for_update else statement)
    if row is None:
        raise NotFound
    return row


async def list_reports(
    session: AsyncSession, page: PageQuery, *, caller: Caller, duty_day_id: UUID | None, status: Status | None
) -> tuple[list[Report], str | None]:
    """In the order they came in."""
    wanted = {Report.duty_day_id: duty_day_id, Report.status: status}
    return await page_of(session, _seen_by(caller).where(*asked_for(wanted)), page, (Report.recorded_at, Report.id))


async def reports_for(session: AsyncSession, duty_day_id: UUID) -> dict[UUID, Report]:
    """By reporter."""
    rows = await session.scalars(_whole().where(Report.duty_day_id == duty_day_id))
    return {row.reporter_id: row for row in rows}


async def hold_figures(session: AsyncSession, city_code: str) -> None:
    """Figures of a city are accepted one report after the other, so that none counts twice."""
    key = f"progress_figures:{city_code}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def figures_of_days(
    session: AsyncSession, city_code: str, targets: Sequence[str], starts_on: date, ends_on: date
) -> Sequence[Figure]:
    """Accepted figures of these targets whose period touches the days."""
    touches = (Figure.starts_on <= ends_on, Figure.ends_on >= starts_on)
    wanted = select(Figure).where(Figure.city_code == city_code, Figure.target.in_(targets), *touches)
    return (await session.scalars(wanted)).all()


async def reported(session: AsyncSession, city_code: str, target: str, *, until: date) -> list[Reported]:
    """Accepted figures of a target whose period was over by a day."""
    wanted = select(Figure).where(Figure.city_code == city_code, Figure.target == target, Figure.ends_on <= until)
    return [
        Reported(str(row.reporter_id), row.is_part, row.starts_on, row.ends_on, row.value)
        for row in await session.scalars(wanted.order_by(Figure.ends_on, Figure.id))
    ]


def _whole() -> Select[Report]:
    loaded = (
        selectinload(Report.duty_day),
        selectinload(Report.reporter),
        selectinload(Report.revisions).selectinload(ReportRevision.verdict),
    )
    return select(Report).options(*loaded).execution_options(populate_existing=True)


def _seen_by(caller: Caller) -> Select[Report]:
    mine = select(Reporter.id).where(acts_for(caller))
    return _whole().where(Report.city_code == caller.city, Report.reporter_id.in_(mine))
