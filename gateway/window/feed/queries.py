"""Reading the feed: what of it concerns a caller, page by page."""

from sqlalchemy import func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from gateway.window.cases.queries import visible_cases
from gateway.window.feed.models import FeedEntry
from gateway.window.feed.rules import PUBLIC_TYPES
from kernel.auth import Caller
from kernel.owning import is_staff, own_organisations

WINDOW_MAX = (
    1000  # entries looked through for one answer, so that a partner with few of its own never costs a whole scan
)


async def entries_after(
    session: AsyncSession, caller: Caller, *, after: int, limit: int
) -> tuple[list[FeedEntry], int, bool]:
    """Up to `limit` entries that concern the caller, the position to go on from, and whether more is waiting."""
    city = FeedEntry.city_code == caller.city
    newest = await session.scalar(select(func.max(FeedEntry.position)).where(city)) or 0
    end = min(after + WINDOW_MAX, newest)
    span = FeedEntry.position.between(after + 1, end)
    statement = select(FeedEntry).where(city, span, concerns(caller)).order_by(FeedEntry.position).limit(limit)
    entries = list(await session.scalars(statement))
    full = len(entries) == limit
    reached = (entries[-1].position or after) if full else max(after, end)
    return entries, reached, reached < newest


def concerns(caller: Caller) -> ColumnElement[bool]:
    """Staff read everything of their city; a partner its own cases, what names its organisations, and public facts."""
    if is_staff(caller):
        return true()
    named = FeedEntry.organisations.overlap(list(own_organisations(caller)))
    return or_(FeedEntry.case_id.in_(visible_cases(caller)), FeedEntry.type.in_(PUBLIC_TYPES), named)
