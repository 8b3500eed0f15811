"""The person to ask about a registration: kept apart, and gone when nobody needs them any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.events.attendance.registrations.models import EventContact


async def erase_contact(session: AsyncSession, registration_id: UUID, *, now: datetime) -> EventContact:
    """Name and phone are gone; that there was somebody stays. A second time changes nothing."""
    contact = await session.get_one(EventContact, registration_id, with_for_update=True)
    if contact.erased_at is None:
        contact.name, contact.phone, contact.erased_at = None, None, now
        await session.flush()
    return contact
