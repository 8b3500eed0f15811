"""The connections to one process: kept while they are warm, bounded in number, waited for in turn."""

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.proxy.connections import Connection, Unreachable
from gateway.proxy.wiring import milliseconds

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a process is. `prefix` is the path its URL begins with, without the last slash."""

    host: str
    port: int
    authority: bytes
    prefix: bytes
    tls: ssl.SSLContext | None

    @classmethod
    def of(cls, url: str) -> "Address":
        """Raises ValueError for what is not an http or https URL."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"not an http URL: {url}")
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        prefix = parts.path.rstrip("/").encode()
        return cls(parts.hostname, parts.port or _PORTS[parts.scheme], parts.netloc.encode(), prefix, tls)


class Pool:
    """At most `size` connections. Times in milliseconds: `connect_wait` to open one, `keep` to reuse an idle one."""

    def __init__(self, address: Address, *, size: int, connect_wait: int, keep: int) -> None:
        self._address, self._size, self._connect_wait, self._keep = address, size, connect_wait, keep
        self._idle: deque[Connection] = deque()
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._taken: set[Connection] = set()

    async def connection(self) -> Connection:
        """A connection of one's own until its answer ends or it is aborted. Raises Unreachable."""
        while True:
            warm = self._warm()
            if warm is not None:
                return warm
            if len(self._taken) < self._size:
                return await self._open()
            handed = await self._turn()
            if handed is not None and handed.is_open:
                return handed

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().abort()

    def _warm(self) -> Connection | None:
        """The one used last: it is the least likely to have been closed by the other side meanwhile."""
        oldest_allowed = milliseconds() - self._keep
        while self._idle and self._idle[0].idle_since < oldest_allowed:
            self._idle.popleft().abort()
        while self._idle:
            warm = self._idle.pop()
            if warm.is_open:
                return warm
        return None

    async def _open(self) -> Connection:
        at, connection = self._address, Connection(self._freed, self._lost)
        self._taken.add(connection)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_wait / 1_000):
                await loop.create_connection(lambda: connection, at.host, at.port, ssl=at.tls)
        except BaseException as error:
            self._give_up(connection)
            if isinstance(error, OSError | TimeoutError):
                raise Unreachable(str(error)) from None
            raise
        return connection

    def _give_up(self, connection: Connection) -> None:
        # uvloop does not tell a connection that was made, and cut off before it got here, that it is lost.
        if connection.is_open:
            connection.abort()
        self._lost(connection)

    async def _turn(self) -> Connection | None:
        """Wait until a connection is handed over, or a place for a new one (None)."""
        waiter: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled() and not self._hand_over(waiter.result()) and (unused := waiter.result()):
                self._keep_idle(unused)
            raise

    def _freed(self, connection: Connection) -> None:
        if not self._hand_over(connection):
            self._keep_idle(connection)

    def _keep_idle(self, connection: Connection) -> None:
        if connection.is_open:
            connection.idle_since = milliseconds()
            self._idle.append(connection)

    def _lost(self, connection: Connection) -> None:
        """Give its place to the next, once."""
        if connection in self._idle:
            self._idle.remove(connection)
        if connection in self._taken:
            self._taken.remove(connection)
            self._hand_over(None)

    def _hand_over(self, connection: Connection | None) -> bool:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        return False
