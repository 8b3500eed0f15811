"""What everybody may see of the calendar."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.events.calendar.models import CalendarEvent
from services.events.calendar.rules import Audience
from services.events.calendar.states import Status


async def events_to_come(session: AsyncSession, city_code: str, *, at: datetime, limit: int) -> list[CalendarEvent]:
    """Published events that are not over, the next first; none that is for those who hold it."""
    wanted = (
        select(CalendarEvent)
        .where(
            CalendarEvent.city_code == city_code,
            CalendarEvent.status == Status.PUBLISHED,
            CalendarEvent.audience != Audience.INTERNAL,
            CalendarEvent.ends_at > at,
        )
        .order_by(CalendarEvent.starts_at, CalendarEvent.id)
        .limit(limit)
    )
    return list(await session.scalars(wanted))
