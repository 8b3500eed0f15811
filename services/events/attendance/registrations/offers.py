"""Freed seats go to the waiting list in its order, as offers that lapse."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import EventRegistrationEnded, EventRegistrationMade, EventRegistrationOffered
from kernel import clock
from kernel.moves import status_after
from kernel.outbox import record
from kernel.timers import Timer, cancel, schedule
from services.events.attendance.access import event_to_settle
from services.events.attendance.registrations.contacts import erase_contact
from services.events.attendance.registrations.models import EventRegistration
from services.events.attendance.registrations.queries import cut_at_door, offered_beyond, waiting_of
from services.events.attendance.registrations.rules import offer_end
from services.events.attendance.registrations.states import MOVES, Fact, Status
from services.events.attendance.seats import give_back_seats, take_seats
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Status as EventStatus

OFFER_LAPSES = "attendance.offer_lapses"


async def offer_next(session: AsyncSession, event: CalendarEvent, *, now: datetime) -> None:
    """Offer what is free to those who wait, first come first served: nobody is passed over for asking for more, except
    for more than the event has by now.

    Call it with the event locked. Nothing is offered once the event has begun, or of one that was cancelled.
    """
    if event.status is not EventStatus.PUBLISHED or now >= event.starts_at:
        return
    for row in await waiting_of(session, event, for_offers=True):
        if not await take_seats(session, event, row.seats):
            break
        await _offer(session, event, row, now=now)


async def _offer(session: AsyncSession, event: CalendarEvent, row: EventRegistration, *, now: datetime) -> None:
    row.status = status_after(Fact.OFFERED, row.status, MOVES)
    row.changed_at = now
    await _tell_offer(session, event, row, ends_at=offer_end(now, row.offer_minutes or 0, event.starts_at))


async def _tell_offer(
    session: AsyncSession, event: CalendarEvent, row: EventRegistration, *, ends_at: datetime
) -> None:
    row.offer_ends_at = ends_at
    await session.flush()
    await schedule(session, kind=OFFER_LAPSES, object_id=row.id, city_code=row.city_code, due_at=ends_at)
    fact = EventRegistrationOffered(
        event_registration_id=row.id,
        event_id=event.id,
        organisation_id=row.organisation_id,
        title=event.title_zh,
        seats=row.seats,
        offer_ends_at=ends_at,
    )
    await record(session, fact, city_code=row.city_code, subject=row.id)


async def clip_offers(session: AsyncSession, event: CalendarEvent, *, now: datetime) -> None:
    """The event was moved earlier: no offer outlives its beginning, and each is told its new end."""
    for row in await offered_beyond(session, event.id, event.starts_at):
        row.changed_at = now
        await _tell_offer(session, event, row, ends_at=event.starts_at)


async def seat_at_door(
    session: AsyncSession, event: CalendarEvent, row: EventRegistration, *, persons: int, now: datetime
) -> None:
    """Who waited or had an offer has come: it keeps the seats offered, or is registered for as many as came."""
    if row.status is Status.OFFERED:
        await cancel(session, kind=OFFER_LAPSES, object_id=row.id)
    elif persons < row.seats:
        row.seats, row.seats_asked = persons, row.seats
    row.status, row.changed_at = status_after(Fact.TAKEN_IN, row.status, MOVES), now
    await session.flush()
    await tell_standing(session, event, row)


async def give_asked_seats(
    session: AsyncSession, event: CalendarEvent, came: Collection[UUID], *, now: datetime
) -> None:
    """Their day came to nothing: who was taken in with fewer than asked for has all again, as far as seats are free.

    Call it before anything is offered: they were seated before others.
    """
    for row in await cut_at_door(session, came):
        lacking, row.seats_asked = (row.seats_asked or row.seats) - row.seats, None
        more = lacking if event.capacity is None else min(lacking, event.capacity - event.seats_taken)
        if more > 0 and await take_seats(session, event, more):
            row.seats, row.changed_at = row.seats + more, now
            await tell_standing(session, event, row)
        await session.flush()


async def lapse_offer(session: AsyncSession, timer: Timer) -> None:
    """The time of an offer is over: its seats go to the next. Of a cancelled event nothing lapses: each was told."""
    event_id = await session.scalar(
        select(EventRegistration.event_id).where(EventRegistration.id == UUID(timer.object_id))
    )
    if event_id is None:
        return
    event = await event_to_settle(session, event_id)
    row = await session.get_one(EventRegistration, UUID(timer.object_id), with_for_update=True)
    if row.status is not Status.OFFERED or event.status is EventStatus.CANCELLED:
        return  # taken up or withdrawn in time, or there is nothing left to offer
    now = clock.now(row.city_code)
    row.status = status_after(Fact.LAPSED, row.status, MOVES)
    await end_registration(session, event, row, fact=Fact.LAPSED, now=now)
    await give_back_seats(session, event, row.seats)
    await offer_next(session, event, now=now)


async def end_registration(
    session: AsyncSession, event: CalendarEvent, row: EventRegistration, *, fact: Fact, now: datetime
) -> None:
    """Nobody needs the contact of a registration that has ended, and its code opens no door."""
    row.changed_at = row.ended_at = now
    row.code_hash = None
    await session.flush()
    await erase_contact(session, row.id, now=now)
    ended = EventRegistrationEnded(
        event_registration_id=row.id,
        event_id=event.id,
        organisation_id=row.organisation_id,
        title=event.title_zh,
        ended_as=fact.value,
    )
    await record(session, ended, city_code=row.city_code, subject=row.id)


async def tell_standing(session: AsyncSession, event: CalendarEvent, row: EventRegistration) -> None:
    """How a registration stands now."""
    fact = EventRegistrationMade(
        event_registration_id=row.id,
        event_id=event.id,
        organisation_id=row.organisation_id,
        title=event.title_zh,
        starts_at=event.starts_at,
        seats=row.seats,
        standing=row.status.value,
    )
    await record(session, fact, city_code=row.city_code, subject=row.id)
