"""Reads of told due days, always of one city."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.progress.duties.models import DutyDay


async def find_duty_day(session: AsyncSession, duty_day_id: UUID, *, caller: Caller) -> DutyDay:
    """Raises NotFound."""
    row: DutyDay | None = await session.scalar(
        select(DutyDay).where(DutyDay.id == duty_day_id, DutyDay.city_code == caller.city)
    )
    if row is None:
        raise NotFound
    return row


async def list_duty_days(
    session: AsyncSession, page: PageQuery, *, caller: Caller, duty: str | None
) -> tuple[list[DutyDay], str | None]:
    """In the order they fall due."""
    statement = select(DutyDay).where(DutyDay.city_code == caller.city)
    if duty is not None:
        statement = statement.where(DutyDay.duty == duty)
    return await page_of(session, statement, page, (DutyDay.told_at, DutyDay.id))


async def told(session: AsyncSession, city_code: str, *, for_update: bool = False) -> dict[tuple[str, date], DutyDay]:
    """Every told day by duty and first day of its period; a city has a few dozen a year."""
    statement = select(DutyDay).where(DutyDay.city_code == city_code).order_by(DutyDay.id)
    rows: Sequence[DutyDay] = (await session.scalars(statement.with_for_update() if for_update else statement)).all()
    return {(row.duty, row.starts_on): row for row in rows}


async def read_for_timer(session: AsyncSession, duty_day_id: UUID) -> DutyDay:
    """Whichever city it belongs to."""
    return await session.get_one(DutyDay, duty_day_id)
