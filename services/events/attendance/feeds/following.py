"""What private feeds do with facts of other services."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationEntrusted
from kernel import clock
from kernel.inbox import Received
from services.events.attendance.feeds.models import CalendarFeed


async def on_entrusted(session: AsyncSession, event: Received[OrganisationEntrusted]) -> None:
    """Whoever has an address reads: those the former client had made are closed, who acts now has its own made."""
    of_it = CalendarFeed.city_code == event.city_code, CalendarFeed.organisation_id == event.data.organisation_id
    open_ = CalendarFeed.made_by == event.data.former, CalendarFeed.revoked_at.is_(None)
    closed = {"revoked_at": clock.now(event.city_code), "revoked_by": event.envelope.actor}
    await session.execute(update(CalendarFeed).where(*of_it, *open_).values(closed))
