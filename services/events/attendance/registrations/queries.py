"""Reads of registrations: an organisation its own, whoever organises an event all of that event's."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.owning import own_organisations
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.events.attendance.access import SEES_GUESTS, may_look
from services.events.attendance.records.models import EventArrival
from services.events.attendance.registrations.models import EventContact, EventRegistration
from services.events.attendance.registrations.states import STANDING, Status
from services.events.calendar.models import CalendarEvent
from services.events.calendar.queries import event_for, organised_by

BY_TIME = (EventRegistration.registered_at, EventRegistration.id)


async def find_registrations(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None
) -> tuple[list[EventRegistration], str | None]:
    """The caller's own in the order they were made; everybody's of the city for its staff."""
    mine = EventRegistration.city_code == caller.city
    found = select(EventRegistration).where(mine, *asked_for({EventRegistration.status: status}))
    if not caller.roles & SEES_GUESTS:
        found = found.where(_own(caller))
    return await page_of(session, found, page, BY_TIME)


async def registrations_of(
    session: AsyncSession,
    page: PageQuery,
    event_id: UUID,
    *,
    caller: Caller,
    status: Status | None,
    arrived: bool | None,
) -> tuple[list[EventRegistration], str | None]:
    """Of one event: all for who organises it, its own for anybody else. Raises NotFound."""
    event = await event_for(session, event_id, caller=caller)
    found = select(EventRegistration).where(
        EventRegistration.event_id == event.id, *asked_for({EventRegistration.status: status})
    )
    if not may_look(caller, event):
        found = found.where(_own(caller))
    if arrived is not None:
        came = _has_arrived()
        found = found.where(came if arrived else and_(EventRegistration.status == Status.REGISTERED, ~came))
    return await page_of(session, found, page, BY_TIME)


async def registration_for(
    session: AsyncSession, registration_id: UUID, *, caller: Caller, as_registrant: bool = False, lock: bool = False
) -> EventRegistration:
    """One of the caller's organisations, or one it may look at; `as_registrant`: one it may act on. Raises NotFound."""
    wanted = select(EventRegistration).where(
        EventRegistration.id == registration_id, EventRegistration.city_code == caller.city
    )
    if not caller.roles & ({"officer"} if as_registrant else SEES_GUESTS):
        organised = exists().where(CalendarEvent.id == EventRegistration.event_id, organised_by(caller))
        wanted = wanted.where(_own(caller) if as_registrant else or_(_own(caller), organised))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row: EventRegistration | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def contact_of(session: AsyncSession, registration_id: UUID) -> EventContact:
    """Whom to ask about a registration."""
    return await session.get_one(EventContact, registration_id)


async def standing_at(session: AsyncSession, event_id: UUID, organisation_id: UUID) -> EventRegistration | None:
    """The organisation's seats, offer, or place on the list, locked."""
    of_it = (EventRegistration.event_id == event_id, EventRegistration.organisation_id == organisation_id)
    wanted = select(EventRegistration).where(*of_it, EventRegistration.status.in_(STANDING)).with_for_update()
    row: EventRegistration | None = await session.scalar(wanted.execution_options(populate_existing=True))
    return row


async def waiting_of(session: AsyncSession, event: CalendarEvent, *, for_offers: bool) -> list[EventRegistration]:
    """The waiting list of an event in its order, locked; `for_offers`: of it who can be offered what it asks for."""
    waiting = _waits_for(event) if for_offers else EventRegistration.status == Status.WAITING
    wanted = (
        select(EventRegistration)
        .where(EventRegistration.event_id == event.id, waiting)
        .order_by(EventRegistration.place)
        .with_for_update()
    )
    return list(await session.scalars(wanted.execution_options(populate_existing=True)))


async def offered_beyond(session: AsyncSession, event_id: UUID, moment: datetime) -> list[EventRegistration]:
    """Of an event those whose offer ends after the moment, in the order of the list, locked."""
    open_ = (EventRegistration.event_id == event_id, EventRegistration.status == Status.OFFERED)
    wanted = select(EventRegistration).where(*open_, EventRegistration.offer_ends_at > moment)
    return list(await session.scalars(wanted.order_by(EventRegistration.place).with_for_update()))


async def cut_at_door(session: AsyncSession, came: Collection[UUID]) -> list[EventRegistration]:
    """Of these those that were taken in with fewer than they had asked for, in the order of the list, locked."""
    cut = (EventRegistration.id.in_(came), EventRegistration.seats_asked.is_not(None))
    wanted = select(EventRegistration).where(*cut).order_by(EventRegistration.place).with_for_update()
    return list(await session.scalars(wanted.execution_options(populate_existing=True)))


async def last_place(session: AsyncSession, event: CalendarEvent) -> tuple[int, bool]:
    """The highest place ever given on the waiting list, and whether somebody waits now who can be offered seats."""
    waits = func.count().filter(_waits_for(event))
    wanted = select(func.max(EventRegistration.place), waits).where(EventRegistration.event_id == event.id)
    place, waiting = (await session.execute(wanted)).one()
    return place or 0, waiting > 0


async def standing_of(session: AsyncSession, event_id: UUID) -> list[EventRegistration]:
    """All that stand, in the order they were made."""
    standing = (EventRegistration.event_id == event_id, EventRegistration.status.in_(STANDING))
    return list(await session.scalars(select(EventRegistration).where(*standing).order_by(*BY_TIME)))


async def rows_for_workbook(
    session: AsyncSession, event_id: UUID
) -> list[tuple[EventRegistration, EventContact, EventArrival | None]]:
    """Every registration of an event with its contact and its arrival, in the order they were made."""
    wanted = (
        select(EventRegistration, EventContact, EventArrival)
        .join(EventContact, EventContact.registration_id == EventRegistration.id)
        .outerjoin(EventArrival, EventArrival.registration_id == EventRegistration.id)
        .where(EventRegistration.event_id == event_id)
        .order_by(*BY_TIME)
    )
    return [(one, contact, arrival) for one, contact, arrival in await session.execute(wanted)]


def _waits_for(event: CalendarEvent) -> ColumnElement[bool]:
    """Who asks for more than the event has by now holds up no offer, until it asks for less or there are more."""
    waiting = EventRegistration.status == Status.WAITING
    return waiting if event.capacity is None else and_(waiting, EventRegistration.seats <= event.capacity)


def _own(caller: Caller) -> ColumnElement[bool]:
    return among(EventRegistration.organisation_id, own_organisations(caller))


def _has_arrived() -> ColumnElement[bool]:
    return exists().where(EventArrival.registration_id == EventRegistration.id)
