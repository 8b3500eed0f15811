"""Who has been told what of a city, and whose sandboxes there are."""

from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.subscriptions import SUBSCRIPTIONS
from gateway.window.sandboxes.models import Sandbox
from kernel.cities import CityRow
from kernel.outbox import BacklogEvent, OutboxEvent, SubscriberCursor
from kernel.paging import PageQuery, page_of


async def untold(session: AsyncSession, city_code: str) -> list[str]:
    """Processes that have an event of this city still coming."""
    waiting = []
    for name, wanted in sorted(SUBSCRIPTIONS["window"].items()):
        cursor = select(SubscriberCursor.position).where(SubscriberCursor.subscriber == name).scalar_subquery()
        held = exists().where(BacklogEvent.subscriber == name, BacklogEvent.position == OutboxEvent.position)
        coming = or_(OutboxEvent.position.is_(None), OutboxEvent.position > func.coalesce(cursor, 0), held)
        statement = select(OutboxEvent.seq).where(
            OutboxEvent.city_code == city_code, OutboxEvent.type.in_(wanted), coming
        )
        if await session.scalar(statement.limit(1)) is not None:
            waiting.append(name)
    return waiting


async def closed_at(session: AsyncSession, city_code: str) -> datetime | None:
    """None while it is open."""
    found: datetime | None = await session.scalar(select(Sandbox.closed_at).where(Sandbox.city_code == city_code))
    return found


async def opened_by(
    session: AsyncSession, page: PageQuery, subject: str
) -> tuple[list[tuple[Sandbox, CityRow]], str | None]:
    """What a client opened, the closed ones too, oldest first."""
    wanted = select(Sandbox).where(Sandbox.opened_by == subject)
    rows, cursor = await page_of(session, wanted, page, (Sandbox.recorded_at, Sandbox.city_code))
    found = await session.scalars(select(CityRow).where(CityRow.city_code.in_([row.city_code for row in rows])))
    cities = {city.city_code: city for city in found}
    return [(row, cities[row.city_code]) for row in rows], cursor
