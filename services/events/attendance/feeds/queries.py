"""Reads of private feeds: an organisation's registrations and the events it holds, as a calendar."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.ids import encode_id
from kernel.owning import own_organisations
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.events import ical
from services.events.attendance.feeds.models import CalendarFeed
from services.events.attendance.feeds.rules import Registered, private_entry
from services.events.attendance.registrations.models import EventRegistration
from services.events.calendar.models import CalendarEvent
from services.events.calendar.queries import PAST_KEPT, entry_of, hosted_by


async def find_feeds(
    session: AsyncSession, page: PageQuery, *, caller: Caller
) -> tuple[list[CalendarFeed], str | None]:
    """Feeds of the caller's organisations; all of the city for its officers."""
    found = select(CalendarFeed).where(CalendarFeed.city_code == caller.city)
    if "officer" not in caller.roles:
        found = found.where(_own(caller))
    return await page_of(session, found, page, (CalendarFeed.made_at, CalendarFeed.id))


async def feed_for(session: AsyncSession, feed_id: UUID, *, caller: Caller) -> CalendarFeed:
    """One of them, locked. Raises NotFound."""
    wanted = select(CalendarFeed).where(CalendarFeed.id == feed_id, CalendarFeed.city_code == caller.city)
    if "officer" not in caller.roles:
        wanted = wanted.where(_own(caller))
    row: CalendarFeed | None = await session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    return row


async def feed_with_token(session: AsyncSession, token_hash: bytes) -> CalendarFeed:
    """The feed the token opens. Raises NotFound, also once it was revoked."""
    wanted = select(CalendarFeed).where(CalendarFeed.token_hash == token_hash, CalendarFeed.revoked_at.is_(None))
    row: CalendarFeed | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def private_calendar(session: AsyncSession, feed: CalendarFeed, *, now: datetime, language: str) -> ical.Feed:
    """What the organisation registered for and what it holds, the past year and all that is to come."""
    registered: dict[UUID, list[EventRegistration]] = defaultdict(list)
    of_it = (
        EventRegistration.city_code == feed.city_code,
        EventRegistration.organisation_id == feed.organisation_id,
    )
    registrations = await session.scalars(
        select(EventRegistration).where(*of_it).order_by(EventRegistration.registered_at, EventRegistration.id)
    )
    for row in registrations:
        registered[row.event_id].append(row)
    entries = [
        private_entry(
            entry_of(event, language),
            [Registered(row.status, row.seats, row.version, row.changed_at) for row in registered[event.id]],
            hosts=feed.organisation_id in {event.host_id, *(one.id for one in event.co_hosts)},
        )
        for event in await _events_of(session, feed, now=now)
    ]
    name = f"{feed.organisation_name}: events" if language == "en" else f"{feed.organisation_name}活动日历"
    return ical.render(encode_id("cfd", feed.id), name, tuple(entries))


async def _events_of(session: AsyncSession, feed: CalendarFeed, *, now: datetime) -> list[CalendarEvent]:
    mine = exists().where(
        EventRegistration.event_id == CalendarEvent.id, EventRegistration.organisation_id == feed.organisation_id
    )
    wanted = select(CalendarEvent).where(
        CalendarEvent.city_code == feed.city_code,
        CalendarEvent.published_at.is_not(None),
        func.greatest(CalendarEvent.cancelled_at, CalendarEvent.ends_at) >= now - PAST_KEPT,
        or_(mine, hosted_by([feed.organisation_id])),
    )
    return list(await session.scalars(wanted.order_by(CalendarEvent.starts_at, CalendarEvent.id)))


def _own(caller: Caller) -> ColumnElement[bool]:
    return among(CalendarFeed.organisation_id, own_organisations(caller))
