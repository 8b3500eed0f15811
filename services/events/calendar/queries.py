"""Reads of the calendar."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.cities import CityRow
from kernel.clock import start_of
from kernel.ids import encode_id
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.events import ical
from services.events.calendar.models import CalendarChange, CalendarEvent
from services.events.calendar.rules import EventKind, EventLevel
from services.events.calendar.states import Status

CANCELLED_KEPT = timedelta(days=90)
PAST_KEPT = timedelta(days=366)
WRITES = "calendar:publish"


async def find_events(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    month: str | None,
    kind: EventKind | None,
    level: EventLevel | None,
    status: Status | None,
) -> tuple[list[CalendarEvent], str | None]:
    """Events of the caller's city by time of start; drafts only for those who write them."""
    found = select(CalendarEvent).where(CalendarEvent.city_code == caller.city)
    if WRITES not in caller.scopes:
        found = found.where(CalendarEvent.published_at.is_not(None))
    if month is not None:
        found = _overlapping(found, month)
    wanted = {CalendarEvent.kind: kind, CalendarEvent.level: level, CalendarEvent.status: status}
    return await page_of(session, found.where(*asked_for(wanted)), page, (CalendarEvent.starts_at, CalendarEvent.id))


async def event_for(session: AsyncSession, event_id: UUID, *, caller: Caller) -> CalendarEvent:
    """One event; 404 for another city's, and for a draft unless the caller writes them."""
    event = await session.get(CalendarEvent, event_id)
    if event is None or (event.published_at is None and WRITES not in caller.scopes):
        raise NotFound
    caller.must_act_in(event.city_code)
    return event


async def changes_of(session: AsyncSession, event_id: UUID, *, caller: Caller) -> list[CalendarChange]:
    """The history of an event, oldest first."""
    event = await event_for(session, event_id, caller=caller)
    history = select(CalendarChange).where(CalendarChange.event_id == event.id)
    return list(await session.scalars(history.order_by(CalendarChange.version)))


async def city_feed(session: AsyncSession, *, city_code: str, now: datetime, language: str) -> ical.Feed:
    """The public calendar: what is to come, a year of what was, and what was called off in the last 90 days."""
    city = await session.get(CityRow, city_code)
    if city is None:
        raise NotFound
    shown = or_(
        and_(CalendarEvent.status == Status.PUBLISHED, CalendarEvent.ends_at >= now - PAST_KEPT),
        and_(
            CalendarEvent.status == Status.CANCELLED,
            CalendarEvent.published_at.is_not(None),
            func.greatest(CalendarEvent.cancelled_at, CalendarEvent.ends_at) >= now - CANCELLED_KEPT,
        ),
    )
    rows = await session.scalars(
        select(CalendarEvent)
        .where(CalendarEvent.city_code == city_code, shown)
        .order_by(CalendarEvent.starts_at, CalendarEvent.id)
    )
    # Cancelled events stay for a while: a program that never sees STATUS:CANCELLED shows the event for ever.
    name = f"{city.name_en}: events" if language == "en" else f"{city.name_zh}创业活动日历"
    return ical.render(city_code, name, tuple(_entry(row, language) for row in rows))


async def event_feed(session: AsyncSession, event_id: UUID, *, language: str) -> ical.Feed:
    """One public event as a calendar of its own, cancelled ones for ever."""
    event = await session.get(CalendarEvent, event_id)
    if event is None or event.published_at is None:
        raise NotFound
    entry = _entry(event, language)
    return ical.render(entry.uid, entry.title, (entry,))


def _overlapping(found: Select[CalendarEvent], month: str) -> Select[CalendarEvent]:
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    return found.where(CalendarEvent.starts_at < start_of(following), CalendarEvent.ends_at > start_of(first))


def _entry(event: CalendarEvent, language: str) -> ical.Entry:
    english = language == "en"
    return ical.Entry(
        uid=f"{encode_id('evt', event.id)}@zhongchuang",
        sequence=event.sequence,
        cancelled=event.status is Status.CANCELLED,
        title=(event.title_en if english else None) or event.title_zh,
        description=(event.description_en if english else None) or event.description_zh,
        host=event.host_name,
        venue=event.venue,
        online_link=event.online_link,
        cancellation_reason=event.cancellation_reason,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        changed_at=event.changed_at,
        categories=(event.kind.value, event.level.value),
        language=language,
    )
