"""What private feeds do with facts of other services."""

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationEntrusted
from kernel import cities, clock
from kernel.cities import CityClosed
from kernel.inbox import Received
from kernel.outbox import Envelope
from services.events.attendance.feeds.models import CalendarFeed


async def on_entrusted(session: AsyncSession, event: Received[OrganisationEntrusted]) -> None:
    """Whoever has an address reads: those the former client had made are closed, who acts now has its own made."""
    of_it = CalendarFeed.organisation_id == event.data.organisation_id
    await _revoke(session, event.envelope, of_it, CalendarFeed.made_by == event.data.former)


async def on_city_closed(session: AsyncSession, event: Received[CityClosed]) -> None:
    """The sandbox's addresses are as good as its tokens: they open nothing any more either."""
    await cities.on_city_closed(session, event)
    await _revoke(session, event.envelope)


async def _revoke(session: AsyncSession, fact: Envelope, *these: ColumnElement[bool]) -> None:
    open_ = CalendarFeed.city_code == fact.city_code, CalendarFeed.revoked_at.is_(None)
    revoked = {"revoked_at": clock.now(fact.city_code), "revoked_by": fact.actor}
    await session.execute(update(CalendarFeed).where(*open_, *these).values(revoked))
