"""A batcher's two connections: one writes the books, the other waits for the disk.

One backend that posts batch after batch has its plans and pages at hand and never waits for its own process's lock:
a fifth cheaper than several that take turns. It commits without waiting for the disk, so that the next batch is written
while the one before is made durable.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from ledger.pipeline import Pipeline, Row

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says when the connection dies while it prepares
    OSError,
)

# A transaction that writes one record: its commit waits, as the server is configured, for all that was written before.
_WRITE = "pg_logical_emit_message(true, 'ledger', '')"
_MAKE_DURABLE = f"SELECT {_WRITE}"

_NAME = "ledger-batcher"
_SECONDS = 5  # to connect
_SETTINGS = {"statement_timeout": "10s", "lock_timeout": "5s", "timezone": "UTC"}


def durably(call: str) -> str:
    """The statement of a function call that is durable, with all that was written before it, when it is answered."""
    return f"SELECT called.* FROM set_config('synchronous_commit', NULL, true), {_WRITE}, {call} called"


class _Link:
    """One connection, made again when it was lost."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._turn = asyncio.Lock()
        self._connection: Any = None

    @asynccontextmanager
    async def _turned(self, opened: Any = None) -> AsyncIterator[Any]:
        """`opened` is the one connection that will do. Raises one of LOST when it has ended; another may stand by now,
        and is left to those who have opened it.
        """
        async with self._turn:
            if opened is not None and (self._connection is not opened or opened.is_closed()):
                raise asyncpg.InterfaceError("the server may have forgotten what was written")
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
            try:
                yield self._connection
            except LOST:
                self._connection.terminate()
                raise

    async def _connect(self) -> Any:
        return await asyncpg.connect(
            self._dsn, timeout=_SECONDS, server_settings={"application_name": _NAME, **_SETTINGS}
        )

    async def opened(self) -> Any:
        """The connection that stands now."""
        if self._connection is None or self._connection.is_closed():
            async with self._turned():
                pass
        return self._connection

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=_SECONDS)


class Books(_Link):
    """Statements that post. Each commits on its own, without waiting for the disk unless it asks for it."""

    async def _connect(self) -> Pipeline:
        settings = _SETTINGS | {"synchronous_commit": "off"}
        return await Pipeline.connect(self._dsn, seconds=_SECONDS, application_name=_NAME, settings=settings)

    async def fetchrow(self, query: str, *parameters: object) -> Row:
        """The first row."""
        return (await self.fetch(query, *parameters))[0]

    async def fetch(self, query: str, *parameters: object) -> list[Row]:
        """All rows. Statements may be sent before those sent earlier have been answered."""
        connection = await self.opened()
        rows: list[Row] = await connection.fetch(query, *parameters)
        return rows

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()


class Disk(_Link):
    """What is committed becomes durable here. Those who ask while one is on its way go together with the next.

    A server that crashed and came back has forgotten what was committed and not yet durable. It has also ended this
    connection: what was written while another one stood may be gone, and is to be sent again.
    """

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self._asked = self._durable = 0

    async def reached(self, opened: Any) -> None:
        """Return when everything committed so far is as durable as the server promises for any commit.

        `opened` was asked for before it was written. Raises one of LOST when that connection has ended.
        """
        self._asked += 1
        mine = self._asked
        async with self._turned(opened) as connection:
            if self._durable < mine:
                covered = self._asked
                await connection.fetchval(_MAKE_DURABLE)
                self._durable = covered
