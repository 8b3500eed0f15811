"""What registrations do when their event changes: a postponement keeps them and tells each, so does a cancellation.

A cancellation erases whom to ask about each: nobody will meet them.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import EventRegistrationCalledOff, EventRegistrationMoved
from kernel import clock
from kernel.outbox import record
from services.events.attendance.records.queries import drop_arrivals_before, judge_lateness
from services.events.attendance.registrations.contacts import erase_contacts_of
from services.events.attendance.registrations.models import EventRegistration
from services.events.attendance.registrations.offers import clip_offers, give_asked_seats, offer_next
from services.events.attendance.registrations.queries import standing_of
from services.events.attendance.seats import give_back_seats
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Fact

TOLD = {Fact.RESCHEDULED, Fact.CANCELLED}


async def follow_change(session: AsyncSession, event: CalendarEvent, fact: Fact, *, now: datetime) -> None:
    """Call it with the event locked and its change flushed. More seats than before are offered to those who wait.

    Who had come on a day before the new one came to nothing: the new day is counted from its beginning. Who
    is there stays, and is late by the new time.
    """
    if fact in TOLD:
        for row in await standing_of(session, event.id):
            await record(session, _told(event, row, fact), city_code=row.city_code, subject=row.id)
    if fact is Fact.CANCELLED:
        await erase_contacts_of(session, event.id, now=now)
    if fact is Fact.RESCHEDULED:
        opens_at = clock.start_of(clock.on_date(event.starts_at))
        walked_in, came = await drop_arrivals_before(session, event.id, opens_at)
        await judge_lateness(session, event.id, event.starts_at)
        await give_back_seats(session, event, walked_in)
        await give_asked_seats(session, event, came, now=now)
        await clip_offers(session, event, now=now)
    if fact in {Fact.REVISED, Fact.RESCHEDULED}:
        await offer_next(session, event, now=now)


def _told(
    event: CalendarEvent, row: EventRegistration, fact: Fact
) -> EventRegistrationMoved | EventRegistrationCalledOff:
    known = {
        "event_registration_id": row.id,
        "event_id": event.id,
        "organisation_id": row.organisation_id,
        "title": event.title_zh,
        "starts_at": event.starts_at,
    }
    if fact is Fact.CANCELLED:
        return EventRegistrationCalledOff(**known)
    return EventRegistrationMoved(ends_at=event.ends_at, **known)
