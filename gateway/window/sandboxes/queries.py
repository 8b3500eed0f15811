"""Who has been told what of a city."""

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.subscriptions import SUBSCRIPTIONS
from kernel.outbox import BacklogEvent, OutboxEvent, SubscriberCursor


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
