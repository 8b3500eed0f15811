"""Seats of an event: taken and given back in one statement each, and never more than there are."""

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from services.events.calendar.models import CalendarEvent


async def take_seats(session: AsyncSession, event: CalendarEvent, seats: int) -> bool:
    """Whether the seats were to be had, and are now taken."""
    moved = CalendarEvent.seats_taken + seats
    fits = or_(CalendarEvent.capacity.is_(None), moved <= CalendarEvent.capacity)
    taken = await session.scalar(
        update(CalendarEvent)
        .where(CalendarEvent.id == event.id, fits)
        .values(seats_taken=moved)
        .returning(CalendarEvent.seats_taken)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        return False
    set_committed_value(event, "seats_taken", taken)
    return True


async def give_back_seats(session: AsyncSession, event: CalendarEvent, seats: int) -> None:
    """The seats are free again."""
    await take_seats(session, event, -seats)
