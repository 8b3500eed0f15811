"""The mornings on which a city's provisional days are counted again: from the first of them on, every one."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.timers import Timer, schedule

CALENDAR_DAY = "provisional_days"


async def expect_recount(session: AsyncSession, city_code: str) -> None:
    """Something was counted into a year without a notice: see that tomorrow begins with another look."""
    tomorrow = clock.today(city_code) + timedelta(days=1)
    # Named by its day: who expects one does not wait for the one that is firing.
    name = f"{city_code}:{tomorrow.isoformat()}"
    if await session.scalar(select(Timer.id).where(Timer.kind == CALENDAR_DAY, Timer.object_id == name)) is None:
        due_at = clock.start_of(tomorrow)
        await schedule(session, kind=CALENDAR_DAY, object_id=name, city_code=city_code, due_at=due_at)
