"""Reads of proposals to close or reopen a month."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.problems import NotFound
from services.funds.periods.models import PeriodChange


def changes_of(city_code: str, period: str | None) -> Select[PeriodChange]:
    """Proposals of the city, of one month if asked."""
    wanted = select(PeriodChange).where(PeriodChange.city_code == city_code)
    return wanted if period is None else wanted.where(PeriodChange.period == period)


async def get_change(session: AsyncSession, change_id: UUID, city_code: str) -> PeriodChange:
    """One proposal, locked. Raises NotFound."""
    statement = select(PeriodChange).where(PeriodChange.id == change_id, PeriodChange.city_code == city_code)
    row: PeriodChange | None = await session.scalar(statement.with_for_update())
    if row is None:
        raise NotFound
    return row
