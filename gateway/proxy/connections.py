"""One kept HTTP/1.1 connection to a process behind: one request at a time, and its answer as it comes.

httptools (llhttp in its strict form) reads the socket and refuses what has two readings: both lengths at once, a length
twice, folded fields, bare line feeds. Here is what it leaves open: which answer belongs to which request, how much may
wait unread, and what the end of a connection means.
"""

import asyncio
from collections.abc import Callable
from typing import Self, cast

import httptools

Fields = list[tuple[bytes, bytes]]

# More than this without a whole head, or without a byte of body in a chunked one, is no answer of ours.
SILENT_BYTES_MAX = 32_768
UNREAD_BYTES_MAX = 131_072
_VERSIONS = frozenset({"1.1", "1.0"})
_FINAL = range(200, 600)
_SWITCHING = 101
_FRAMINGS = frozenset({b"content-length", b"transfer-encoding"})
_WITHOUT_BODY = frozenset({204, 304})


class UpstreamError(Exception):
    """The process behind gave no whole answer."""


class Unreachable(UpstreamError):
    """There was no connection, so nothing was sent."""


class Lost(UpstreamError):
    """The connection ended before the answer did."""


class Unreadable(UpstreamError):
    """What came is not an HTTP/1.1 answer to the request."""


class Answer:
    """Status and fields at once, the body part by part. A context manager: leaving it unread breaks it off."""

    __slots__ = ("_connection", "_failure", "_parts", "_waiter", "complete", "fields", "status", "unread")

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._failure: UpstreamError | None = None
        self._parts: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None
        self.status = 0
        self.fields: Fields = []
        self.complete = False
        self.unread = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.break_off()

    def break_off(self) -> None:
        """Close the connection, unless the answer came whole: another request may be on it by now."""
        if not self.complete:
            self._connection.abort()

    async def begun(self) -> None:
        """Wait for the head, and where a length is known for what follows it. Raises Lost or Unreadable."""
        while not self.status:
            await self._more()

    @property
    def at_end(self) -> bool:
        """Whether nothing is left to read."""
        return self.complete and not self._parts

    async def part(self) -> bytes:
        """What came of the body since the last call, at least a byte of it; nothing at the end of the body.

        Raises Lost or Unreadable after all that came before.
        """
        while not self._parts and not self.complete:
            await self._more()
        part = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        self.unread = 0
        if not self.complete:
            self._connection.resume_reading()
        return part

    async def _more(self) -> None:
        if self._failure is not None:
            raise self._failure
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def begin(self, status: int, fields: Fields, *, streams: bool) -> None:
        """Called by the connection. Unless it `streams`, nobody is woken before the first byte of the body is there."""
        self.status, self.fields = status, fields
        if streams:
            self._wake()

    def add(self, part: bytes) -> None:
        """Called by the connection."""
        self._parts.append(part)
        self.unread += len(part)
        self._wake()

    def end(self, failure: UpstreamError | None = None) -> None:
        """Called by the connection; the first end is the one that counts."""
        if not self.complete and self._failure is None:
            self.complete, self._failure = failure is None, failure
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Connection(asyncio.Protocol):
    """`freed` is called when the next request may be sent, `lost` once when there is no connection any more."""

    _transport: asyncio.Transport

    def __init__(self, freed: "Callable[[Connection], None]", lost: "Callable[[Connection], None]") -> None:
        self._freed, self._lost = freed, lost
        self._parser = httptools.HttpResponseParser(self)
        self._fields: Fields = []
        self._answer: Answer | None = None
        self._is_kept = self._ends_with_connection = self._is_paused = False
        self._silent = 0
        self.is_open = False
        self.idle_since = 0

    def ask(self, head: bytes, body: bytes = b"") -> Answer:
        """Send a whole request."""
        answer = self._answer = Answer(self)
        self._silent = 0
        if self.is_open:
            self._transport.writelines((head, body) if body else (head,))
        else:
            answer.end(Lost())
        return answer

    def abort(self) -> None:
        """Close it now, whatever is under way."""
        self.is_open = False
        self._transport.abort()

    def resume_reading(self) -> None:
        """The answer has been read as far as it came."""
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None:
            self._answer.end(self._end_of(self._answer, clean=exc is None))
        self._lost(self)

    def _end_of(self, answer: Answer, *, clean: bool) -> UpstreamError | None:
        if not answer.status:
            # Half a head is an answer nobody can read, but an answer: asking again is no longer harmless.
            return Unreadable() if self._silent else Lost()
        # Only without a length does a clean close end the body; anything else was cut off.
        return None if self._ends_with_connection and clean else Lost()

    def data_received(self, data: bytes) -> None:
        self._silent += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse()
            return
        if self._silent > SILENT_BYTES_MAX:
            self._refuse()
        elif self._answer is not None and self._answer.complete:
            self._settle()
        elif self._answer is not None and self._answer.unread > UNREAD_BYTES_MAX and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def on_message_begin(self) -> None:
        # What nobody asked for must never be taken for the answer to the next request.
        if self._answer is None or self._answer.status:
            raise Unreadable
        self._fields = []

    def on_header(self, name: bytes, value: bytes) -> None:
        # What comes after the head is a trailer; none passes on, so none is kept.
        if self._answer is not None and not self._answer.status:
            self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < _FINAL.start and status != _SWITCHING:
            return
        if status not in _FINAL or self._parser.get_http_version() not in _VERSIONS or self._head_is_large():
            raise Unreadable
        self._silent = 0
        self._is_kept = self._parser.should_keep_alive()
        framing = self._framing()
        self._ends_with_connection = framing is None and status not in _WITHOUT_BODY
        if self._answer is not None:
            self._answer.begin(status, self._fields, streams=framing != b"content-length")

    def on_body(self, part: bytes) -> None:
        self._silent = 0
        if self._answer is not None:
            self._answer.add(part)

    def on_message_complete(self) -> None:
        if self._answer is not None and self._answer.status:
            self._answer.end()

    def _framing(self) -> bytes | None:
        """The field that says where the body ends; llhttp has seen to it that there is one at most."""
        framing = None
        for name, value in self._fields:
            lower = name.lower()
            if lower == b"transfer-encoding" and value.lower() != b"chunked":
                raise Unreadable
            if lower in _FRAMINGS:
                framing = lower
        return framing

    def _head_is_large(self) -> bool:
        return (
            self._silent > SILENT_BYTES_MAX
            and sum(len(name) + len(value) for name, value in self._fields) > SILENT_BYTES_MAX
        )

    def _refuse(self) -> None:
        if self._answer is not None:
            self._answer.end(Unreadable())
        self.abort()

    def _settle(self) -> None:
        if self._is_kept and self.is_open:
            self.resume_reading()
            self._answer, self._silent = None, 0
            self._freed(self)
        else:
            self.abort()
