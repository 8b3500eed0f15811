"""Use cases of private feeds: made with a token that is shown once, and revoked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.ids import new_id
from services.events.attendance import codes
from services.events.attendance.feeds.models import CalendarFeed
from services.events.attendance.feeds.queries import feed_for


async def make_feed(
    session: AsyncSession, *, organisation: OrganisationReply, caller: Caller, key: bytes, now: datetime
) -> tuple[CalendarFeed, str]:
    """A feed of the organisation's calendar, and the token that opens it."""
    token = codes.new_token()
    feed = CalendarFeed(
        id=new_id(),
        city_code=organisation.city_code,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        token_hash=codes.token_hash(token, key),
        made_by=caller.acting_for,
        made_at=now,
    )
    session.add(feed)
    await session.flush()
    return feed, token


async def revoke_feed(session: AsyncSession, *, feed_id: UUID, caller: Caller, now: datetime) -> CalendarFeed:
    """Its token opens nothing any more. A second time changes nothing."""
    feed = await feed_for(session, feed_id, caller=caller)
    if feed.revoked_at is None:
        feed.revoked_at, feed.revoked_by = now, caller.acting_for
        await session.flush()
    return feed
