"""What is to come of a city's calendar."""

from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.overview import EventsOverview, StandingReply
from kernel.clock import now
from kernel.standing import standing_of
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Status


async def overview_of(session: AsyncSession, city_code: str) -> EventsOverview:
    """One count of the events ahead."""
    ahead = select(func.count(), func.min(CalendarEvent.starts_at)).where(
        CalendarEvent.city_code == city_code,
        CalendarEvent.status == Status.PUBLISHED,
        CalendarEvent.starts_at > now(city_code),
    )
    to_come, next_at = (await session.execute(ahead)).one()
    standing = StandingReply(**asdict(await standing_of(session, city_code)))
    return EventsOverview(to_come=to_come, next_at=next_at, standing=standing)
