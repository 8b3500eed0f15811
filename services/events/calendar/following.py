"""What the calendar does with facts of other services."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationEntrusted
from kernel.inbox import Received
from services.events.calendar.models import CalendarEvent


async def on_entrusted(session: AsyncSession, event: Received[OrganisationEntrusted]) -> None:
    """Who acts for the host stands at the door of its events, also of those that are over; who did before does not."""
    held = CalendarEvent.city_code == event.city_code, CalendarEvent.host_id == event.data.organisation_id
    await session.execute(update(CalendarEvent).where(*held).values(host_agent=event.data.present))
