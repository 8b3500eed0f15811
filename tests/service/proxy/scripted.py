"""A process behind that sends exactly these bytes, and the proxy's own client in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.proxy.connections import Answer
from gateway.proxy.exchanges import exchange
from gateway.proxy.pools import Address, Pool

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass
class Script:
    """`answers` in the order of the requests; after one of `closing` (by number from 0) the connection is closed."""

    answers: list[bytes]
    closing: set[int] = field(default_factory=set)
    requests: int = 0
    connections: int = 0
    sent: int = 0
    closed: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                number, self.requests = self.requests, self.requests + 1
                await self._send(writer, self.answers[min(number, len(self.answers) - 1)])
                if number in self.closing:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed += 1
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        for start in range(0, len(answer), 65_536):
            part = answer[start : start + 65_536]
            writer.write(part)
            await writer.drain()
            self.sent += len(part)


@asynccontextmanager
async def behind(script: Script, *, size: int = 4, keep: int = 3_000) -> AsyncIterator[Pool]:
    """A pool of connections to a server that follows the script."""
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    pool = Pool(Address.of(f"http://127.0.0.1:{port}"), size=size, connect_wait=1_000, keep=keep)
    try:
        yield pool
    finally:
        pool.close()
        server.close()


async def asked(pool: Pool) -> Answer:
    async with asyncio.timeout(5):
        return await exchange(await pool.connection(), GET)


async def read(answer: Answer) -> bytes:
    """The whole body."""
    body = b""
    with answer:
        while part := await asyncio.wait_for(answer.part(), 5):
            body += part
    return body
