"""Reads of slots, bookings and sessions, always of the caller's city and side."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.clock import start_of
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import find_carrier, run_by
from services.registry.mentors.pool.models import Mentor, MentorTerm, PaymentClass
from services.registry.mentors.pool.queries import find_mentor
from services.registry.mentors.sessions.models import (
    MentorBooking,
    MentorEngagement,
    MentorSession,
    MentorSlot,
)
from services.registry.mentors.sessions.states import Status


async def find_slot(session: AsyncSession, slot_id: UUID, *, caller: Caller) -> MentorSlot:
    """Raises NotFound."""
    wanted = select(MentorSlot).where(MentorSlot.id == slot_id, MentorSlot.city_code == caller.city)
    row: MentorSlot | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def free_slots(
    session: AsyncSession, page: PageQuery, *, caller: Caller, mentor_id: UUID, now: datetime
) -> tuple[list[MentorSlot], str | None]:
    """Slots of a mentor ahead that nobody has booked. Raises NotFound."""
    await find_mentor(session, mentor_id, caller=caller)
    taken = exists().where(MentorBooking.slot_id == MentorSlot.id, MentorBooking.cancelled_at.is_(None))
    ahead = (MentorSlot.city_code == caller.city, MentorSlot.mentor_id == mentor_id, MentorSlot.starts_at > now)
    return await page_of(session, select(MentorSlot).where(*ahead, ~taken), page, (MentorSlot.starts_at, MentorSlot.id))


async def offers_at(session: AsyncSession, person_id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a slot of the person overlaps."""
    overlaps = (MentorSlot.starts_at < ends_at, MentorSlot.ends_at > starts_at)
    return bool(await session.scalar(select(exists().where(MentorSlot.person_id == person_id, *overlaps))))


async def meets_at(session: AsyncSession, person_id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a logged session of the person overlaps."""
    overlaps = (MentorSession.starts_at < ends_at, MentorSession.ends_at > starts_at)
    mine = (MentorSession.person_id == person_id, MentorSession.status != Status.DISPUTED)
    return bool(await session.scalar(select(exists().where(*mine, *overlaps))))


async def find_booking(session: AsyncSession, booking_id: UUID, *, caller: Caller) -> MentorBooking:
    """One the caller's carrier made or whose mentor the caller acts for; locked. Raises NotFound."""
    carriers, mentors = _mine(caller)
    slots = select(MentorSlot.id).where(MentorSlot.mentor_id.in_(mentors))
    mine = or_(MentorBooking.carrier_id.in_(carriers), MentorBooking.slot_id.in_(slots))
    wanted = select(MentorBooking).where(MentorBooking.id == booking_id, MentorBooking.city_code == caller.city, mine)
    row: MentorBooking | None = await session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    return row


async def find_session(session: AsyncSession, session_id: UUID, *, caller: Caller) -> MentorSession:
    """With its mentor, locked. Raises NotFound."""
    wanted = _seen_by(caller).where(MentorSession.id == session_id).with_for_update(of=MentorSession)
    row: MentorSession | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def list_sessions(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    mentor_id: UUID | None,
    status: Status | None,
    payment_class: PaymentClass | None,
) -> tuple[list[MentorSession], str | None]:
    """In the order they were logged."""
    wanted = {
        MentorSession.mentor_id: mentor_id,
        MentorSession.status: status,
        MentorSession.payment_class: payment_class,
    }
    statement = _seen_by(caller).where(*asked_for(wanted))
    return await page_of(session, statement, page, (MentorSession.recorded_at, MentorSession.id))


async def runs_carrier(session: AsyncSession, carrier_id: UUID, *, caller: Caller) -> bool:
    """Whether the caller acts for the carrier's operator."""
    wanted = exists().where(Carrier.id == carrier_id, Carrier.city_code == caller.city, run_by(caller))
    return bool(await session.scalar(select(wanted)))


async def confirmed_in_year(session: AsyncSession, mentor_id: UUID, year: int) -> int:
    """Sessions both sides agree on, by the city's date."""
    within = (
        MentorSession.starts_at >= start_of(date(year, 1, 1)),
        MentorSession.starts_at < start_of(date(year + 1, 1, 1)),
    )
    mine = (MentorSession.mentor_id == mentor_id, MentorSession.status == Status.CONFIRMED)
    return await session.scalar(select(func.count()).select_from(MentorSession).where(*mine, *within)) or 0


async def carrier_counts(session: AsyncSession, carrier_id: UUID, *, caller: Caller, on: date) -> tuple[int, int]:
    """People engaged and people counted, of those who serve on the day. Raises NotFound."""
    await find_carrier(session, carrier_id, caller=caller)
    serves = exists().where(
        MentorTerm.mentor_id == Mentor.id,
        MentorTerm.starts_on <= on,
        or_(MentorTerm.ends_on.is_(None), MentorTerm.ends_on > on),
    )
    standing = (
        MentorEngagement.carrier_id == carrier_id,
        MentorEngagement.city_code == caller.city,
        MentorEngagement.ended_on.is_(None),
        or_(Mentor.ended_on.is_(None), Mentor.ended_on > on),
        serves,
    )
    person = MentorEngagement.person_id.distinct()
    wanted = select(func.count(person), func.count(person).filter(MentorEngagement.counts))
    row = (await session.execute(wanted.join(Mentor, Mentor.id == MentorEngagement.mentor_id).where(*standing))).one()
    return row[0], row[1]


async def find_engagement(session: AsyncSession, engagement_id: UUID, *, caller: Caller) -> MentorEngagement:
    """One of the caller's carriers, locked. Raises NotFound."""
    carriers, _ = _mine(caller)
    mine = (MentorEngagement.city_code == caller.city, MentorEngagement.carrier_id.in_(carriers))
    wanted = select(MentorEngagement).where(MentorEngagement.id == engagement_id, *mine).with_for_update()
    row: MentorEngagement | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


def _mine(caller: Caller) -> tuple[Select[UUID], Select[UUID]]:
    """Carriers and mentors the caller acts for; the staff of the city for all."""
    carriers = select(Carrier.id).where(Carrier.city_code == caller.city)
    mentors = select(Mentor.id).where(Mentor.city_code == caller.city)
    if is_staff(caller):
        return carriers, mentors
    return carriers.where(run_by(caller)), mentors.where(Mentor.applied_by == caller.subject)


def _seen_by(caller: Caller) -> Select[MentorSession]:
    carriers, mentors = _mine(caller)
    mine: ColumnElement[bool] = or_(MentorSession.carrier_id.in_(carriers), MentorSession.mentor_id.in_(mentors))
    statement = select(MentorSession).where(MentorSession.city_code == caller.city, mine)
    return statement.options(selectinload(MentorSession.mentor)).execution_options(populate_existing=True)
