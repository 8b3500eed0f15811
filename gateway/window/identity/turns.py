"""Passwords are judged a few at a time: each takes the processor and a connection, and anybody can send many."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kernel.problems import Unavailable

AT_ONCE = 2
# Of the gateway's hundred connections to the window. They wait for about half a second.
WAITING_MAX = 60


class Turns:
    """Of one process. Whoever waits holds no connection to the database, so that nobody else waits for them."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Around the judging of one password. Raises Unavailable when too many wait already."""
        if self._waiting >= WAITING_MAX:
            raise Unavailable
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
