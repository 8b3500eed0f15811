"""Use cases of the day: check in, take in who walks in, sign how many came."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import AttendanceRecorded
from contracts.registry import OrganisationReply
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import NotFound, refuse_if
from services.events.attendance.access import locked_event, organised_event
from services.events.attendance.codes import code_hash
from services.events.attendance.records.models import AttendanceRecord, EventArrival
from services.events.attendance.records.queries import (
    arrival_on,
    attendance_of,
    is_signed,
    registration_with_code,
    tally_of,
)
from services.events.attendance.records.rules import (
    FULL,
    Door,
    Signature,
    arrival_findings,
    check_in_findings,
    registered_findings,
    signature_findings,
    turn_findings,
    walk_in_findings,
)
from services.events.attendance.records.schemas import CheckInIn, RecordIn, WalkInIn
from services.events.attendance.registrations.models import EventRegistration
from services.events.attendance.registrations.offers import seat_at_door
from services.events.attendance.registrations.queries import standing_at, waiting_of
from services.events.attendance.registrations.rules import acceptance_findings
from services.events.attendance.registrations.states import Status
from services.events.attendance.seats import take_seats
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Status as EventStatus


class UnknownCode(NotFound):
    code = "registration_code_unknown"
    title_zh, title_en = "签到码无效", "No registration of this event has this code"


async def check_in(
    session: AsyncSession, *, event_id: UUID, given: CheckInIn, caller: Caller, key: bytes, now: datetime
) -> EventArrival:
    """Who shows a code has come. `persons` is how many came on it by now, so that showing it twice counts once."""
    event = await organised_event(session, event_id, caller=caller)
    row = await registration_with_code(session, event.id, code_hash(given.code.get_secret_value(), key))
    if row is None:
        raise UnknownCode
    arrived_at = given.arrived_at or now
    refuse_if(
        arrival_findings(await _door(session, event), arrived_at, now)
        + check_in_findings(has_seats=row.status is Status.REGISTERED, persons=given.persons, seats=row.seats)
    )
    arrival = await arrival_on(session, row.id)
    if arrival is None:
        arrival = _arrival(event, given.persons, arrived_at, caller=caller)
        _on_registration(arrival, row)
        session.add(arrival)
    elif given.persons > arrival.persons:
        arrival.persons, arrival.last_arrived_at = given.persons, max(arrived_at, arrival.last_arrived_at)
    await session.flush()
    return arrival


async def take_in(
    session: AsyncSession,
    *,
    event_id: UUID,
    given: WalkInIn,
    organisation: OrganisationReply | None,
    caller: Caller,
    now: datetime,
) -> EventArrival:
    """Who comes without seats takes free ones, as far as they are not for others of the waiting list.

    Who is on the list or has an offer is taken in on its registration; who has seats there checks in on them first.
    """
    event = await organised_event(session, event_id, caller=caller)
    arrived_at = given.arrived_at or now
    row = await standing_at(session, event.id, organisation.id) if organisation else None
    found = arrival_findings(await _door(session, event), arrived_at, now) + _entitled(event, organisation)
    if row is not None and row.status is Status.REGISTERED:
        came = await arrival_on(session, row.id)
        found += registered_findings(seats=row.seats, arrived=came.persons if came else 0)
        row = None
    refuse_if(found + await _seat_findings(session, event, row, given, now=now))
    arrival = _arrival(event, given.persons, arrived_at, caller=caller)
    if row is not None:
        await seat_at_door(session, event, row, persons=given.persons, now=now)
        _on_registration(arrival, row)
    elif organisation is not None:
        arrival.organisation_id, arrival.organisation_name = organisation.id, organisation.name
    session.add(arrival)
    await session.flush()
    return arrival


async def _seat_findings(
    session: AsyncSession, event: CalendarEvent, row: EventRegistration | None, given: WalkInIn, *, now: datetime
) -> list[Finding]:
    """Why there are no seats for who walks in. An offer holds its seats already; others are taken here."""
    found = check_in_findings(has_seats=True, persons=given.persons, seats=row.seats) if row else []
    if row is not None and row.status is Status.OFFERED:
        return found + acceptance_findings(is_cancelled=False, offer_ends_at=row.offer_ends_at or now, now=now)
    # At the door the list counts whole: who waits for more than the event has may come with fewer.
    has_begun, comer = now >= event.starts_at, row.organisation_id if row else None
    waiting = [one.organisation_id for one in await waiting_of(session, event, for_offers=not has_begun)]
    found += turn_findings(waiting, comer, given.also_present, has_begun=has_begun)
    if not await take_seats(session, event, given.persons):
        found.append(FULL)
    return found


async def sign_attendance(
    session: AsyncSession, *, event_id: UUID, given: RecordIn, caller: Caller, now: datetime
) -> AttendanceRecord:
    """An officer signs how many came. A second record corrects the latest, with the reason; none is ever changed."""
    event = await locked_event(session, event_id, caller=caller)
    latest, tally = await attendance_of(session, event.id), await tally_of(session, event.id)
    signature = Signature(
        persons=given.persons,
        organisations=given.organisations,
        has_note=given.note is not None,
        is_correction=given.corrects_id is not None,
        corrects_latest=given.corrects_id == (latest.id if latest else None),
    )
    is_cancelled = event.status is EventStatus.CANCELLED
    refuse_if(signature_findings(signature, tally, is_cancelled=is_cancelled, ends_at=event.ends_at, now=now))
    row = AttendanceRecord(
        id=new_id(),
        city_code=event.city_code,
        event_id=event.id,
        number=latest.number + 1 if latest else 1,
        corrects_id=given.corrects_id,
        persons=given.persons,
        organisations=given.organisations,
        counted_persons=tally.persons,
        counted_organisations=tally.organisations,
        walk_in_persons=tally.walk_in_persons,
        late_persons=tally.late_persons,
        no_shows=tally.no_shows,
        note=given.note,
        held_on=clock.on_date(event.ends_at),
        signed_by=caller.acting_for,
        signed_at=now,
    )
    session.add(row)
    await session.flush()
    await record(session, _evidence(event, row), city_code=event.city_code, subject=event.id)
    return row


async def _door(session: AsyncSession, event: CalendarEvent) -> Door:
    return Door(
        is_cancelled=event.status is EventStatus.CANCELLED,
        is_signed=await is_signed(session, event.id),
        opens_at=clock.start_of(clock.on_date(event.starts_at)),
        ends_at=event.ends_at,
    )


def _entitled(event: CalendarEvent, organisation: OrganisationReply | None) -> list[Finding]:
    holders = {event.host_id, *(one.id for one in event.co_hosts)}
    return walk_in_findings(
        event.audience,
        names_organisation=organisation is not None,
        has_credit_code=organisation is not None and organisation.credit_code is not None,
        is_host=organisation is not None and organisation.id in holders,
    )


def _on_registration(arrival: EventArrival, row: EventRegistration) -> None:
    arrival.registration_id = row.id
    arrival.organisation_id, arrival.organisation_name = row.organisation_id, row.organisation_name


def _arrival(event: CalendarEvent, persons: int, arrived_at: datetime, *, caller: Caller) -> EventArrival:
    return EventArrival(
        id=new_id(),
        city_code=event.city_code,
        event_id=event.id,
        persons=persons,
        arrived_at=arrived_at,
        last_arrived_at=arrived_at,
        is_late=arrived_at > event.starts_at,
        recorded_by=caller.acting_for,
    )


def _evidence(event: CalendarEvent, row: AttendanceRecord) -> AttendanceRecorded:
    return AttendanceRecorded(
        attendance_record_id=row.id,
        event_id=event.id,
        number=row.number,
        corrects_id=row.corrects_id,
        organisation_id=event.host_id,
        co_host_ids=tuple(one.id for one in event.co_hosts),
        kind=event.kind.value,
        level=event.level.value,
        title=event.title_zh,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        held_on=row.held_on,
        persons=row.persons,
        organisations=row.organisations,
        signed_at=row.signed_at,
    )
