"""What a process counts of itself now and then: the requests it noted, and gauges from its database.

Every worker reads those, so that they are right when none relays or fires.
"""

import asyncio
from collections.abc import Iterable

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from kernel import metrics
from kernel.relay import reach_of
from kernel.timers import Timer, overdue

EVERY_SECONDS = 10
log = structlog.get_logger()


async def measure(sessions: async_sessionmaker[AsyncSession], subscribers: Iterable[str]) -> None:
    """Until cancelled; what could not be read is read again. Of failures in a row only the first is told at length."""
    told = False
    while True:
        metrics.count_requests()
        try:
            async with sessions() as session:
                await _read(session, subscribers)
            told = False
        except Exception as error:
            log.warning("metrics.interrupted", kind=type(error).__name__, exc_info=not told)
            told = True
        await asyncio.sleep(EVERY_SECONDS)


async def _read(session: AsyncSession, subscribers: Iterable[str]) -> None:
    for name in subscribers:
        found = await reach_of(session, name)
        metrics.LAG.labels(name).set(found.behind)
        metrics.BACKLOG.labels(name).set(found.waiting)
        metrics.PARKED.labels(name).set(found.parked)
    late = 0
    for city_code in list(await session.scalars(select(Timer.city_code).where(Timer.fired_at.is_(None)).distinct())):
        late += await session.scalar(overdue(city_code)) or 0
    metrics.OVERDUE.set(late)
