"""Request bodies: counted while they arrive, never trusted to be as long as they say."""

import asyncio
from collections.abc import AsyncIterator

from gateway.proxy.lifeline import ClientGone, Lifeline
from gateway.proxy.wiring import Call
from kernel.problems import Problem, TooLarge

# After a refusal the rest of the body is read and dropped this far, else closing the connection would
# reset it and the client would never see the answer.
LINGER_BYTES = 64 * 1_048_576
LINGER_SECONDS = 10


class TooSlow(Problem):
    """RFC 9110 section 15.5.9."""

    status, code, title_zh, title_en = 408, "too_slow", "请求内容发送过慢", "The body arrived too slowly"
    retryable = True


class Body:
    """The body of one call. `idle` in milliseconds is how long the client may pause."""

    def __init__(self, call: Call, lifeline: Lifeline, bytes_max: int, idle: int) -> None:
        self._call, self._lifeline, self._bytes_max, self._idle = call, lifeline, bytes_max, idle
        self._seen = 0
        self.content: bytes | None = None

    @property
    def is_chunked(self) -> bool:
        """Whether the client did not say how long it is."""
        return b"content-length" not in self._call.headers

    @property
    def declared(self) -> int:
        """Bytes the client announced; the server has checked that it sends no more and no fewer."""
        return int(self._call.headers[b"content-length"])

    def refuse_declared(self) -> None:
        """Raise TooLarge if the client itself announces too much."""
        declared = self._call.headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._bytes_max:
            raise self._too_large()

    async def read(self) -> None:
        """Read all of it into `content`. Raises TooLarge or ClientGone; a pause that is too long cuts the lifeline."""
        self.content, more = await self._next()
        if more:
            rest = [part async for part in self.parts()]
            self.content = b"".join([self.content, *rest])
        self._call.body_is_read = True

    async def parts(self) -> AsyncIterator[bytes]:
        """As it comes. Raises TooLarge or ClientGone; a pause that is too long cuts the lifeline."""
        more = True
        while more:
            part, more = await self._next()
            if part:
                yield part
        self._call.body_is_read = True

    async def _next(self) -> tuple[bytes, bool]:
        timer = self._lifeline.cut_in(self._idle, TooSlow)
        try:
            message = await self._call.receive()
        finally:
            timer.cancel()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        self._seen += len(part)
        if self._seen > self._bytes_max:
            raise self._too_large()
        return part, message.get("more_body", False)

    def _too_large(self) -> TooLarge:
        return TooLarge(limit_bytes=self._bytes_max)


async def linger(call: Call) -> None:
    """Read and drop what the client still sends after it was refused."""
    left = LINGER_BYTES
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while left > 0:
                message = await call.receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        return
