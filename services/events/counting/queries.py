"""What only this service can count for a target: events that took place, each once, on the day it ended."""

from datetime import timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.counting import CountAsked, CountReply
from kernel.clock import now, start_of
from services.events.attendance.records.queries import nobody_came
from services.events.calendar.models import CalendarEvent
from services.events.calendar.rules import EventKind
from services.events.calendar.states import Status


async def count(session: AsyncSession, city_code: str, asked: CountAsked) -> CountReply:
    """Published events that are over, held within the days; of these kinds, or of any.

    What was called off is not published any more, and what nobody came to, as an officer signed, did not take place.
    """
    # The first instant of a day is that day's alone: what ends at the turn of the year counts in one year.
    is_over = and_(
        CalendarEvent.ends_at < start_of(asked.until + timedelta(days=1)), CalendarEvent.ends_at <= now(city_code)
    )
    held = (
        select(func.count())
        .select_from(CalendarEvent)
        .where(
            CalendarEvent.city_code == city_code,
            CalendarEvent.status == Status.PUBLISHED,
            is_over,
            ~nobody_came(),
        )
    )
    if asked.since is not None:
        held = held.where(CalendarEvent.ends_at >= start_of(asked.since))
    if asked.kinds:
        # A city may set a kind that no calendar has, such as contests inside a firm.
        held = held.where(CalendarEvent.kind.in_(set(EventKind) & set(asked.kinds)))
    return CountReply(key=asked.key, counted=await session.scalar(held) or 0)
