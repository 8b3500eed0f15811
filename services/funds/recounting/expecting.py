"""The mornings on which a city's provisional days are counted again: from the first of them on, every one."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.timers import schedule_tomorrow

CALENDAR_DAY = "provisional_days"


async def expect_recount(session: AsyncSession, city_code: str) -> None:
    """Something was counted into a year without a notice: see that tomorrow begins with another look."""
    await schedule_tomorrow(session, kind=CALENDAR_DAY, city_code=city_code)
