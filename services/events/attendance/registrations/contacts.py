"""The person to ask about a registration: kept apart, and gone when nobody needs them any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.events.attendance.registrations.models import EventContact, EventRegistration


async def erase_contact(session: AsyncSession, registration_id: UUID, *, now: datetime) -> EventContact:
    """Name and phone are gone; that there was somebody stays. A second time changes nothing."""
    contact = await session.get_one(EventContact, registration_id, with_for_update=True)
    if contact.erased_at is None:
        contact.name, contact.phone, contact.erased_at = None, None, now
        await session.flush()
    return contact


async def erase_contacts_of(session: AsyncSession, event_id: UUID, *, now: datetime) -> None:
    """Those of all registrations of an event, in one statement however many they are."""
    of_event = select(EventRegistration.id).where(EventRegistration.event_id == event_id)
    still_there = (EventContact.registration_id.in_(of_event), EventContact.erased_at.is_(None))
    erased = update(EventContact).where(*still_there).values(name=None, phone=None, erased_at=now)
    await session.execute(erased.execution_options(synchronize_session=False))
