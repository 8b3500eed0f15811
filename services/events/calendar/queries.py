"""Reads of the calendar."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, any_, exists, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.cities import CityRow
from kernel.clock import start_of
from kernel.db import among
from kernel.ids import encode_id
from kernel.owning import own_organisations
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.events import ical
from services.events.calendar.models import CalendarChange, CalendarEvent
from services.events.calendar.rules import Audience, EventKind, EventLevel
from services.events.calendar.states import Status

CANCELLED_KEPT = timedelta(days=90)
PAST_KEPT = timedelta(days=366)
WRITES = "calendar:publish"
AUDITS = "auditor"


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
    """Events of the caller's city by time of start, those it may see."""
    found = select(CalendarEvent).where(CalendarEvent.city_code == caller.city, seen_by(caller))
    if month is not None:
        found = _overlapping(found, month)
    wanted = {CalendarEvent.kind: kind, CalendarEvent.level: level, CalendarEvent.status: status}
    return await page_of(session, found.where(*asked_for(wanted)), page, (CalendarEvent.starts_at, CalendarEvent.id))


async def event_for(session: AsyncSession, event_id: UUID, *, caller: Caller) -> CalendarEvent:
    """One event the caller may see; 404 for any other, and for another city's."""
    wanted = select(CalendarEvent).where(CalendarEvent.id == event_id, CalendarEvent.city_code == caller.city)
    event: CalendarEvent | None = await session.scalar(wanted.where(seen_by(caller)))
    if event is None:
        raise NotFound
    return event


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """Who writes events sees drafts; an internal event is seen by those who hold it, and by auditors."""
    if WRITES in caller.scopes:
        return true()
    published = CalendarEvent.published_at.is_not(None)
    if AUDITS in caller.roles:
        return published
    return and_(published, or_(CalendarEvent.audience != Audience.INTERNAL, organised_by(caller)))


async def public_event(session: AsyncSession, event_id: UUID, *, city_code: str, lock: bool = False) -> CalendarEvent:
    """An event of the city that was published, called off or not. Raises NotFound."""
    event = await session.get(CalendarEvent, event_id, with_for_update=lock)
    if event is None or event.city_code != city_code or event.published_at is None:
        raise NotFound
    return event


def organised_by(caller: Caller) -> ColumnElement[bool]:
    """Events the caller's organisations hold, alone or with others."""
    return hosted_by(own_organisations(caller))


def hosted_by(organisations: Collection[UUID]) -> ColumnElement[bool]:
    """Events one of these holds, alone or with others."""
    co_host = func.jsonb_array_elements(CalendarEvent.co_host_rows).column_valued("co_host")
    ids = literal([str(one) for one in organisations], ARRAY(Text))
    # Not `@> ANY`: that reads the list of a portal that acts for thousands from its start for every event.
    with_others = exists().where(co_host.op("->>")("id") == any_(ids))
    return or_(among(CalendarEvent.host_id, organisations), with_others)


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
        .where(CalendarEvent.city_code == city_code, CalendarEvent.audience != Audience.INTERNAL, shown)
        .order_by(CalendarEvent.starts_at, CalendarEvent.id)
    )
    # Cancelled events stay for a while: a program that never sees STATUS:CANCELLED shows the event for ever.
    name = f"{city.name_en}: events" if language == "en" else f"{city.name_zh}创业活动日历"
    return ical.render(city_code, name, tuple(entry_of(row, language) for row in rows))


async def event_feed(session: AsyncSession, event_id: UUID, *, language: str) -> ical.Feed:
    """One public event as a calendar of its own, cancelled ones for ever."""
    event = await session.get(CalendarEvent, event_id)
    if event is None or event.published_at is None or event.audience is Audience.INTERNAL:
        raise NotFound
    entry = entry_of(event, language)
    return ical.render(entry.uid, entry.title, (entry,))


def _overlapping(found: Select[CalendarEvent], month: str) -> Select[CalendarEvent]:
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    return found.where(CalendarEvent.starts_at < start_of(following), CalendarEvent.ends_at > start_of(first))


def entry_of(event: CalendarEvent, language: str) -> ical.Entry:
    """The event as the public reads it."""
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
