"""Whether a process keeps up with its own work: jobs past their time, and events given up on, of one city."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.outbox import BacklogEvent, OutboxEvent
from kernel.timers import overdue


@dataclass(frozen=True, slots=True)
class Standing:
    """Both are nought in a process that keeps up."""

    overdue_jobs: int
    parked_events: int


async def standing_of(session: AsyncSession, city_code: str) -> Standing:
    """One statement over two small indexes."""
    parked = (
        select(func.count())
        .select_from(BacklogEvent)
        .join(OutboxEvent, OutboxEvent.position == BacklogEvent.position)
        .where(BacklogEvent.parked, OutboxEvent.city_code == city_code)
    )
    overdue_jobs, parked_events = (
        await session.execute(select(overdue(city_code).scalar_subquery(), parked.scalar_subquery()))
    ).one()
    return Standing(overdue_jobs, parked_events)
