"""Who organises an event: the city's officers, its host and co-hosts, and the portal that acts for one of them."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import own_organisations
from kernel.problems import Forbidden, NotFound
from services.events.calendar.models import CalendarEvent
from services.events.calendar.queries import event_for, seen_by

SEES_GUESTS = frozenset({"officer", "auditor"})


class NotOrganiser(Forbidden):
    code, title_zh, title_en = "not_organiser", "仅限活动主办方办理", "Only who organises the event may do this"


def organises(caller: Caller, event: CalendarEvent) -> bool:
    """Whether the caller stands at the door of this event."""
    hosts = {event.host_id, *(one.id for one in event.co_hosts)}
    return "officer" in caller.roles or not own_organisations(caller).isdisjoint(hosts)


def may_look(caller: Caller, event: CalendarEvent) -> bool:
    """Whether the caller sees everybody's registrations of this event."""
    return bool(caller.roles & SEES_GUESTS) or organises(caller, event)


async def organised_event(session: AsyncSession, event_id: UUID, *, caller: Caller) -> CalendarEvent:
    """A public event the caller organises, locked. Raises NotFound, NotOrganiser."""
    event = await locked_event(session, event_id, caller=caller)
    if not organises(caller, event):
        raise NotOrganiser
    return event


async def looked_at_event(session: AsyncSession, event_id: UUID, *, caller: Caller) -> CalendarEvent:
    """An event whose registrations and arrivals the caller may see. Raises NotFound, NotOrganiser."""
    event = await event_for(session, event_id, caller=caller)
    if not may_look(caller, event):
        raise NotOrganiser
    return event


async def locked_event(session: AsyncSession, event_id: UUID, *, caller: Caller) -> CalendarEvent:
    """An event that was published and that the caller may see. Raises NotFound.

    Whatever takes or frees its seats waits here; the row is always locked before a registration's.
    """
    seen = (CalendarEvent.id == event_id, CalendarEvent.city_code == caller.city, seen_by(caller))
    wanted = select(CalendarEvent).where(*seen, CalendarEvent.published_at.is_not(None))
    event: CalendarEvent | None = await session.scalar(_locking(wanted))
    if event is None:
        raise NotFound
    return event


async def event_to_settle(session: AsyncSession, event_id: UUID) -> CalendarEvent:
    """The event of a registration, locked in the same way."""
    rows = await session.scalars(_locking(select(CalendarEvent).where(CalendarEvent.id == event_id)))
    return rows.one()


def _locking(wanted: Select[CalendarEvent]) -> Select[CalendarEvent]:
    return wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
