"""Use cases of registration: register, take up an offer, withdraw, make a code, erase the contact."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ACTIVE, OrganisationReply
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.problems import Conflict, named_constraint, refuse_if
from kernel.timers import cancel
from services.events.attendance import codes
from services.events.attendance.access import event_to_settle, locked_event
from services.events.attendance.records.queries import arrival_on
from services.events.attendance.registrations import contacts
from services.events.attendance.registrations.models import EventContact, EventRegistration
from services.events.attendance.registrations.offers import OFFER_LAPSES, end_registration, offer_next, tell_standing
from services.events.attendance.registrations.queries import (
    last_place,
    registration_for,
    standing_at,
)
from services.events.attendance.registrations.rules import (
    Applicant,
    Terms,
    acceptance_findings,
    is_full,
    reduction_findings,
    registration_findings,
    withdrawal_findings,
)
from services.events.attendance.registrations.schemas import RegistrationIn
from services.events.attendance.registrations.states import MOVES, SEATED, STANDING, Fact, Status
from services.events.attendance.seats import give_back_seats, take_seats
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Status as EventStatus
from services.events.organisations import must_speak_for


class RegisteredTwice(Conflict):
    code = "registered_twice"
    title_zh, title_en = "该单位已报名或在候补", "The organisation is registered or waiting already"


class NoSeats(Conflict):
    code, title_zh, title_en = "no_seats", "名额已被占满", "The seats were taken"


named_constraint("uq_event_registration_standing", RegisteredTwice)
named_constraint("ck_calendar_event_seats_within_capacity", NoSeats)


async def register(
    session: AsyncSession,
    *,
    event_id: UUID,
    given: RegistrationIn,
    organisation: OrganisationReply,
    caller: Caller,
    now: datetime,
) -> EventRegistration:
    """Seats at once, or a place on the waiting list. Refused with every reason. Raises NotItsVoice."""
    event = await locked_event(session, event_id, caller=caller)
    must_speak_for(caller, organisation.id)
    place, somebody_waits = await last_place(session, event)
    terms = _terms(event, somebody_waits=somebody_waits)
    applicant = Applicant(
        seats=given.seats,
        is_active=organisation.status == ACTIVE,
        has_credit_code=organisation.credit_code is not None,
        is_host=organisation.id in {event.host_id, *(one.id for one in event.co_hosts)},
        is_registered=await standing_at(session, event.id, organisation.id) is not None,
    )
    refuse_if(registration_findings(terms, applicant, now))
    row = _new_registration(event, given, organisation, caller=caller, now=now)
    if is_full(terms, given.seats):
        row.status, row.place, row.offer_minutes = Status.WAITING, place + 1, event.offer_minutes
    elif not await take_seats(session, event, given.seats):
        raise NoSeats
    session.add(row)
    await session.flush()
    session.add(EventContact(registration_id=row.id, city_code=row.city_code, **given.contact.model_dump()))
    await tell_standing(session, event, row)
    return row


async def accept_offer(
    session: AsyncSession, *, registration_id: UUID, caller: Caller, now: datetime
) -> EventRegistration:
    """The seats that were offered are the organisation's."""
    event, row = await _held(session, registration_id, caller=caller)
    status = status_after(Fact.ACCEPTED, row.status, MOVES)
    is_cancelled = event.status is EventStatus.CANCELLED
    refuse_if(acceptance_findings(is_cancelled=is_cancelled, offer_ends_at=row.offer_ends_at or now, now=now))
    row.status, row.changed_at = status, now
    await session.flush()
    await cancel(session, kind=OFFER_LAPSES, object_id=row.id)
    await tell_standing(session, event, row)
    return row


async def withdraw(session: AsyncSession, *, registration_id: UUID, caller: Caller, now: datetime) -> EventRegistration:
    """The organisation does not come; its seats are offered to the next."""
    event, row = await _held(session, registration_id, caller=caller)
    held_seats = row.status in SEATED
    row.status = status_after(Fact.WITHDRAWN, row.status, MOVES)
    has_arrived = await arrival_on(session, row.id) is not None
    refuse_if(withdrawal_findings(has_arrived=has_arrived, ends_at=event.ends_at, now=now))
    await cancel(session, kind=OFFER_LAPSES, object_id=row.id)
    await end_registration(session, event, row, fact=Fact.WITHDRAWN, now=now)
    if held_seats:
        await give_back_seats(session, event, row.seats)
    await offer_next(session, event, now=now)  # one who waited may have stood before others who fit
    return row


async def give_up_seats(
    session: AsyncSession, *, registration_id: UUID, fewer: int, caller: Caller, now: datetime
) -> EventRegistration:
    """Fewer come than were registered; what is free is offered to the next, to the same one too if it waits."""
    event, row = await _held(session, registration_id, caller=caller)
    arrival = await arrival_on(session, row.id)
    refuse_if(
        reduction_findings(
            stands=row.status in STANDING,
            seats=row.seats,
            fewer=fewer,
            arrived=arrival.persons if arrival else 0,
            ends_at=event.ends_at,
            now=now,
        )
    )
    freed = row.seats - fewer
    row.seats, row.changed_at = fewer, now
    await session.flush()
    if row.status in SEATED:
        await give_back_seats(session, event, freed)
    await tell_standing(session, event, row)
    await offer_next(session, event, now=now)
    return row


class NothingToOpen(Conflict):
    code = "registration_without_seats"
    title_zh, title_en = "尚未取得席位,不能生成签到码", "Only a registration with seats has a code"


async def make_code(
    session: AsyncSession, *, registration_id: UUID, caller: Caller, key: bytes
) -> tuple[EventRegistration, str]:
    """A new code to check in with. Any earlier one opens nothing from now on."""
    row = await registration_for(session, registration_id, caller=caller, as_registrant=True, lock=True)
    if row.status is not Status.REGISTERED:
        raise NothingToOpen
    code = codes.new_code()
    row.code_hash = codes.code_hash(code, key)
    await session.flush()
    return row, code


async def forget_contact(
    session: AsyncSession, *, registration_id: UUID, caller: Caller, now: datetime
) -> EventContact:
    """Name and phone of a registration are erased; the registration stands."""
    row = await registration_for(session, registration_id, caller=caller, as_registrant=True)
    return await contacts.erase_contact(session, row.id, now=now)


def _terms(event: CalendarEvent, *, somebody_waits: bool) -> Terms:
    return Terms(
        is_cancelled=event.status is EventStatus.CANCELLED,
        audience=event.audience,
        opens_at=event.registration_opens_at,
        closes_at=event.registration_closes_at,
        capacity=event.capacity,
        seats_taken=event.seats_taken,
        somebody_waits=somebody_waits,
        offer_minutes=event.offer_minutes,
    )


def _new_registration(
    event: CalendarEvent, given: RegistrationIn, organisation: OrganisationReply, *, caller: Caller, now: datetime
) -> EventRegistration:
    return EventRegistration(
        id=new_id(),
        city_code=event.city_code,
        event_id=event.id,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        seats=given.seats,
        status=Status.REGISTERED,
        registered_by=caller.acting_for,
        registered_at=now,
        changed_at=now,
        version=1,
    )


async def _held(
    session: AsyncSession, registration_id: UUID, *, caller: Caller
) -> tuple[CalendarEvent, EventRegistration]:
    """The event first, then the registration, as everybody locks them. Raises NotFound."""
    row = await registration_for(session, registration_id, caller=caller, as_registrant=True)
    event = await event_to_settle(session, row.event_id)
    return event, await registration_for(session, registration_id, caller=caller, as_registrant=True, lock=True)
