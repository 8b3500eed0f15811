"""Mentors' time: offered, booked once, spent, and confirmed by the side that did not log it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import MentorBooked, MentorSessionConfirmed
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.owning import is_staff
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.store import policy_today
from services.registry.carriers.queries import find_carrier
from services.registry.mentors.pool.models import Mentor
from services.registry.mentors.pool.queries import find_mentor, interests_of, must_be_here
from services.registry.mentors.sessions.models import (
    MentorBooking,
    MentorEngagement,
    MentorSession,
    MentorSlot,
    Side,
)
from services.registry.mentors.sessions.queries import (
    find_booking,
    find_engagement,
    find_session,
    find_slot,
    meets_at,
    offers_at,
    runs_carrier,
)
from services.registry.mentors.sessions.rules import meeting_findings, overlap_findings, side_findings, time_findings
from services.registry.mentors.sessions.schemas import BookingIn, EngagementIn, SessionAnswerIn, SessionIn, SlotIn
from services.registry.mentors.sessions.states import MOVES, Fact, Status
from services.registry.people.service import hold_person

ADMISSION = "mentor.admission"


class SlotTaken(Conflict):
    code, title_zh, title_en = "slot_taken", "该时段已被预约", "The slot is taken"


class BookingCancelled(Conflict):
    code, title_zh, title_en = "booking_cancelled", "该预约已取消", "The booking was cancelled already"


class MentorEngaged(Conflict):
    code, title_zh, title_en = "mentor_engaged", "该导师已与本空间签约", "The mentor works with this carrier already"


class MentorCountedAlready(Conflict):
    """The same person is not counted in the thresholds of two spaces."""

    code, title_zh, title_en = (
        "mentor_counted_already",
        "该导师已计入一家空间",
        "The mentor counts for a carrier already",
    )


class MentorSessionExists(Conflict):
    code, title_zh, title_en = "mentor_session_exists", "该次辅导已登记", "The session was logged already"


class EngagementEnded(Conflict):
    code, title_zh, title_en = "engagement_ended", "签约已结束", "The engagement has ended already"


named_constraint("uq_mentor_booking_standing", SlotTaken)
named_constraint("uq_mentor_engagement_standing", MentorEngaged)
named_constraint("uq_mentor_engagement_counted", MentorCountedAlready)
named_constraint("uq_mentor_session_person_time", MentorSessionExists)


async def offer_slot(session: AsyncSession, *, mentor_id: UUID, given: SlotIn, caller: Caller) -> MentorSlot:
    """By who acts for the mentor; the person's slots never overlap, whichever tier offers them."""
    mentor = await _own_mentor(session, mentor_id, caller)
    await hold_person(session, mentor.person_id)
    now = clock.now(caller.city)
    overlaps = await offers_at(session, mentor.person_id, given.starts_at, given.ends_at)
    refuse_if(
        [
            *time_findings(starts_at=given.starts_at, ends_at=given.ends_at, now=now, ahead=True),
            *overlap_findings(overlaps=overlaps),
            *await _meeting(session, mentor, None, given.starts_at),
        ]
    )
    slot = MentorSlot(
        id=new_id(),
        city_code=caller.city,
        mentor_id=mentor.id,
        person_id=mentor.person_id,
        offered_by=caller.acting_for,
        **given.model_dump(),
    )
    session.add(slot)
    await session.flush()
    return slot


async def book_slot(session: AsyncSession, *, slot_id: UUID, given: BookingIn, caller: Caller) -> MentorBooking:
    """By the carrier's operator for a firm or team; of two at once one is told that the slot is taken."""
    slot = await find_slot(session, slot_id, caller=caller)
    await _must_run(session, given.carrier_id, caller)
    await must_be_here(session, given.mentee_id, caller.city)
    mentor = await find_mentor(session, slot.mentor_id, caller=caller)
    now = clock.now(caller.city)
    refuse_if(
        [
            *time_findings(starts_at=slot.starts_at, ends_at=slot.ends_at, now=now, ahead=True),
            *await _meeting(session, mentor, given.mentee_id, slot.starts_at),
        ]
    )
    booking = MentorBooking(
        id=new_id(),
        city_code=caller.city,
        slot_id=slot.id,
        booked_by=caller.acting_for,
        booked_at=now,
        **given.model_dump(),
    )
    session.add(booking)
    await session.flush()
    booked = MentorBooked(
        booking_id=booking.id, mentor_id=mentor.id, carrier_id=given.carrier_id, starts_at=slot.starts_at
    )
    await record(session, booked, city_code=caller.city, subject=mentor.id)
    return booking


async def cancel_booking(session: AsyncSession, *, booking_id: UUID, caller: Caller) -> MentorBooking:
    """By either side; the slot is free again."""
    booking = await find_booking(session, booking_id, caller=caller)
    if booking.cancelled_at is not None:
        raise BookingCancelled
    booking.cancelled_at = clock.now(caller.city)
    return booking


async def log_session(session: AsyncSession, *, mentor_id: UUID, given: SessionIn, caller: Caller) -> MentorSession:
    """By the side that is named; it counts once the other side has confirmed it. The mentor may have ended since."""
    mentor = await find_mentor(session, mentor_id, caller=caller, after_end=True)
    if not await _holds(session, given.side, mentor, given.carrier_id, caller):
        raise NotFound
    await find_carrier(session, given.carrier_id, caller=caller)
    await must_be_here(session, given.mentee_id, caller.city)
    await hold_person(session, mentor.person_id)
    now = clock.now(caller.city)
    overlaps = await meets_at(session, mentor.person_id, given.starts_at, given.ends_at)
    refuse_if(
        [
            *time_findings(starts_at=given.starts_at, ends_at=given.ends_at, now=now, ahead=False),
            *overlap_findings(overlaps=overlaps),
            *await _meeting(session, mentor, given.mentee_id, given.starts_at),
        ]
    )
    row = MentorSession(
        id=new_id(),
        city_code=caller.city,
        mentor_id=mentor.id,
        person_id=mentor.person_id,
        payment_class=mentor.payment_class,
        status=Status.LOGGED,
        logged_side=given.side,
        logged_by=caller.subject,
        logged_at=now,
        **given.model_dump(exclude={"side"}),
    )
    session.add(row)
    await session.flush()
    return row


async def answer_session(
    session: AsyncSession, *, session_id: UUID, given: SessionAnswerIn, caller: Caller
) -> MentorSession:
    """By the other side: confirmed, or disputed, which frees the time for a right entry."""
    row = await find_session(session, session_id, caller=caller)
    fact = Fact.CONFIRMED if given.outcome == "confirm" else Fact.DISPUTED
    row.status = status_after(fact, row.status, MOVES)
    other = Side.MENTOR if row.logged_side is Side.CARRIER else Side.CARRIER
    holds = await _holds(session, other, row.mentor, row.carrier_id, caller)
    clauses = await _clauses(session, row.city_code)
    refuse_if(side_findings(holds_side=holds, same_person=row.logged_by == caller.subject, clauses=clauses))
    row.answered_by, row.answered_at = caller.subject, clock.now(row.city_code)
    row.answer_reason = given.reason
    await session.flush()
    if fact is Fact.CONFIRMED:
        confirmed = MentorSessionConfirmed(
            session_id=row.id,
            mentor_id=row.mentor_id,
            carrier_id=row.carrier_id,
            mentee_id=row.mentee_id,
            payment_class=row.payment_class,
        )
        await record(session, confirmed, city_code=row.city_code, subject=row.mentor_id)
    return row


async def engage_mentor(
    session: AsyncSession, *, mentor_id: UUID, given: EngagementIn, caller: Caller
) -> MentorEngagement:
    """By the carrier's operator; a person counts towards one carrier's threshold at a time."""
    mentor = await find_mentor(session, mentor_id, caller=caller)
    await _must_run(session, given.carrier_id, caller)
    refuse_if(await _meeting(session, mentor, None, clock.now(caller.city)))
    row = MentorEngagement(
        id=new_id(),
        city_code=caller.city,
        mentor_id=mentor.id,
        person_id=mentor.person_id,
        since_on=clock.today(caller.city),
        recorded_by=caller.acting_for,
        **given.model_dump(),
    )
    session.add(row)
    await session.flush()
    return row


async def end_engagement(session: AsyncSession, *, engagement_id: UUID, caller: Caller) -> MentorEngagement:
    """From today; the mentor may then count for another carrier."""
    row = await find_engagement(session, engagement_id, caller=caller)
    if row.ended_on is not None:
        raise EngagementEnded
    row.ended_on = clock.today(caller.city)
    return row


async def end_engagements_of(session: AsyncSession, mentor_id: UUID, *, ended_on: date) -> None:
    """An entry that serves no more counts for no carrier: the person's next one may, here or elsewhere."""
    standing = (MentorEngagement.mentor_id == mentor_id, MentorEngagement.ended_on.is_(None))
    await session.execute(update(MentorEngagement).where(*standing).values(ended_on=ended_on))


async def _own_mentor(session: AsyncSession, mentor_id: UUID, caller: Caller) -> Mentor:
    mentor = await find_mentor(session, mentor_id, caller=caller)
    if not is_staff(caller) and mentor.applied_by != caller.subject:
        raise NotFound
    return mentor


async def _must_run(session: AsyncSession, carrier_id: UUID, caller: Caller) -> None:
    if not await runs_carrier(session, carrier_id, caller=caller):
        raise NotFound


async def _holds(session: AsyncSession, side: Side, mentor: Mentor, carrier_id: UUID, caller: Caller) -> bool:
    if side is Side.MENTOR:
        return mentor.applied_by == caller.subject
    return await runs_carrier(session, carrier_id, caller=caller)


async def _meeting(session: AsyncSession, mentor: Mentor, mentee_id: UUID | None, at: datetime) -> list[Finding]:
    day = clock.on_date(at)
    interests = await interests_of(session, mentor.person_id, mentee_id, day) if mentee_id else ()
    clauses = await _clauses(session, mentor.city_code)
    return meeting_findings(serves=mentor.serves_on(day), interests=interests, clauses=clauses)


async def _clauses(session: AsyncSession, city_code: str) -> tuple[str, ...]:
    programme = (await policy_today(session, city_code)).pack.programmes.get(ADMISSION)
    return programme.clauses if programme else ()
