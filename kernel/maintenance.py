"""Small recurring work of every process: follow the cities' clocks, forget old idempotency keys."""

import asyncio
from itertools import count

import structlog
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from kernel.cities import read_clocks
from kernel.db import UNREACHABLE, cause_of
from kernel.idempotency import forget_old_keys

CLOCKS_EVERY_SECONDS = 1
START_TRIES = 10
KEYS_EVERY_ROUNDS = 3600
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
    """Until cancelled; a database that does not answer is asked again."""
    for round_number in count():
        try:
            async with sessions() as session, session.begin():
                await read_clocks(session)
                if round_number % KEYS_EVERY_ROUNDS == 0:
                    await forget_old_keys(session)
        except UNREACHABLE as error:
            log.warning("maintenance.database_unreachable", cause=cause_of(error))
        await asyncio.sleep(CLOCKS_EVERY_SECONDS)
