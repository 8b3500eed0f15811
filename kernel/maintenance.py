"""Small recurring work of every process: follow the cities' clocks, forget what has been kept long enough."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import structlog
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from kernel.cities import read_clocks
from kernel.db import UNREACHABLE, cause_of
from kernel.idempotency import forget_old_keys
from kernel.timers import forget_old_wake_ups

CLOCKS_EVERY_SECONDS = 1
START_TRIES = 10
FORGET_EVERY_ROUNDS = 3600
Forgetting = Callable[[AsyncSession, int], Awaitable[int]]
"""Drops at most so many rows; answers how many it dropped."""
FORGETTING: tuple[Forgetting, ...] = (forget_old_keys, forget_old_wake_ups)
# A transaction that deletes a month at once holds its rows, and the log's space, for as long as that takes.
FORGET_MOST = 2_000
log = structlog.get_logger()


async def know_the_time(sessions: async_sessionmaker[AsyncSession]) -> None:
    """Before the first request: a process that started again must not date a sandbox's facts by the machine's clock.

    Raises when the database stays away: the process ends, and whoever watches over it starts it again.
    """
    for tried in range(START_TRIES):
        try:
            async with sessions() as session:
                await read_clocks(session)
        except ProgrammingError:  # not migrated yet: /readyz says so
            return
        except UNREACHABLE as error:
            log.warning("maintenance.database_unreachable", cause=cause_of(error))
            if tried + 1 == START_TRIES:
                raise
            await asyncio.sleep(CLOCKS_EVERY_SECONDS)
        else:
            return


async def maintain(sessions: async_sessionmaker[AsyncSession]) -> None:
    """Until cancelled; a database that does not answer is asked again. What is to be forgotten goes batch by batch."""
    left: list[Forgetting] = []
    for round_number in count():
        if round_number % FORGET_EVERY_ROUNDS == 0:
            left = list(FORGETTING)
        try:
            async with sessions() as session, session.begin():
                await read_clocks(session)
            left = [forget for forget in left if await _forget_some(sessions, forget)]
        except UNREACHABLE as error:
            log.warning("maintenance.database_unreachable", cause=cause_of(error))
        await asyncio.sleep(CLOCKS_EVERY_SECONDS)


async def _forget_some(sessions: async_sessionmaker[AsyncSession], forget: Forgetting) -> bool:
    """A batch, in a transaction of its own. Whether there may be more."""
    async with sessions() as session, session.begin():
        return await forget(session, FORGET_MOST) == FORGET_MOST
