"""Reads of arrivals and attendance records."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel.paging import PageQuery, page_of
from services.events.attendance.records.models import AttendanceRecord, EventArrival
from services.events.attendance.records.rules import Tally
from services.events.attendance.registrations.models import EventRegistration
from services.events.attendance.registrations.states import Status
from services.events.calendar.models import CalendarEvent


async def is_signed(session: AsyncSession, event_id: UUID) -> bool:
    """Whether an officer has signed how many came."""
    return bool(await session.scalar(select(exists().where(AttendanceRecord.event_id == event_id))))


async def attendance_of(session: AsyncSession, event_id: UUID) -> AttendanceRecord | None:
    """The record that holds: the last one signed."""
    wanted = select(AttendanceRecord).where(AttendanceRecord.event_id == event_id)
    row: AttendanceRecord | None = await session.scalar(wanted.order_by(AttendanceRecord.number.desc()).limit(1))
    return row


def nobody_came() -> ColumnElement[bool]:
    """Of an event in the calendar: the record that holds says that nobody came."""
    later = aliased(AttendanceRecord)
    return exists().where(
        AttendanceRecord.event_id == CalendarEvent.id,
        AttendanceRecord.persons == 0,
        ~exists().where(later.corrects_id == AttendanceRecord.id),
    )


async def tally_of(session: AsyncSession, event_id: UUID) -> Tally:
    """What was counted at the door so far."""
    persons = func.coalesce(func.sum(EventArrival.persons), 0)
    wanted = select(
        persons,
        func.count(EventArrival.organisation_id.distinct()),
        func.coalesce(func.sum(EventArrival.persons).filter(EventArrival.registration_id.is_(None)), 0),
        func.coalesce(func.sum(EventArrival.persons).filter(EventArrival.is_late), 0),
    ).where(EventArrival.event_id == event_id)
    counted, organisations, walked_in, late = (await session.execute(wanted)).one()
    return Tally(counted, organisations, walked_in, late, await _no_shows(session, event_id))


async def _no_shows(session: AsyncSession, event_id: UUID) -> int:
    came = exists().where(EventArrival.registration_id == EventRegistration.id)
    seated = (EventRegistration.event_id == event_id, EventRegistration.status == Status.REGISTERED)
    return await session.scalar(select(func.count()).select_from(EventRegistration).where(*seated, ~came)) or 0


async def arrivals_of(
    session: AsyncSession, page: PageQuery, event_id: UUID, *, late: bool | None
) -> tuple[list[EventArrival], str | None]:
    """Arrivals in the order they were recorded."""
    found = select(EventArrival).where(EventArrival.event_id == event_id)
    if late is not None:
        found = found.where(EventArrival.is_late.is_(late))
    return await page_of(session, found, page, (EventArrival.recorded_at, EventArrival.id))


async def arrival_on(session: AsyncSession, registration_id: UUID) -> EventArrival | None:
    """The one arrival of a registration."""
    row: EventArrival | None = await session.scalar(
        select(EventArrival).where(EventArrival.registration_id == registration_id)
    )
    return row


async def drop_arrivals_before(session: AsyncSession, event_id: UUID, moment: datetime) -> tuple[int, list[UUID]]:
    """Who came before the moment counts no more. Answers how many had walked in, and on which registrations others."""
    early = (EventArrival.event_id == event_id, EventArrival.arrived_at < moment)
    dropped = delete(EventArrival).where(*early).returning(EventArrival.persons, EventArrival.registration_id)
    rows = (await session.execute(dropped)).all()
    walked_in = sum(persons for persons, registration_id in rows if registration_id is None)
    return walked_in, [registration_id for _, registration_id in rows if registration_id is not None]


async def judge_lateness(session: AsyncSession, event_id: UUID, starts_at: datetime) -> None:
    """Who is late is so by the time the event starts at now."""
    came = update(EventArrival).where(EventArrival.event_id == event_id)
    await session.execute(came.values(is_late=EventArrival.arrived_at > starts_at))


async def registration_with_code(session: AsyncSession, event_id: UUID, code_hash: bytes) -> EventRegistration | None:
    """The registration of this event that the code opens."""
    wanted = select(EventRegistration).where(
        EventRegistration.code_hash == code_hash, EventRegistration.event_id == event_id
    )
    row: EventRegistration | None = await session.scalar(wanted)
    return row


async def records_of(
    session: AsyncSession, page: PageQuery, event_id: UUID
) -> tuple[list[AttendanceRecord], str | None]:
    """Every record of an event, the first one first."""
    found = select(AttendanceRecord).where(AttendanceRecord.event_id == event_id)
    return await page_of(session, found, page, (AttendanceRecord.number, AttendanceRecord.id))
