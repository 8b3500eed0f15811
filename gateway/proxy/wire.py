"""uvicorn's HTTP/1.1 protocol with what it leaves open: a bound on the head, a wait for it, and problem documents."""

import asyncio
import json
from typing import Any, ClassVar, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.proxy.settings import ProxySettings
from kernel.ids import new_id
from kernel.problems import Malformed, Problem

_FRAMING = frozenset({b"transfer-encoding", b"content-length"})


class HeadTooLarge(Problem):
    """RFC 6585 section 5."""

    status, code, title_zh, title_en = 431, "head_too_large", "请求头过大", "The request line and headers are too large"


class UpgradeWithBody(Problem):
    """We speak HTTP/1.1 alone. The parser takes what follows an upgrade for another protocol: a body would be lost."""

    status, code = 400, "upgrade_with_body"
    title_zh, title_en = "请勿在带正文的请求中要求升级协议", "Send a request with a body without Upgrade, as HTTP/1.1"


class CodingNotSupported(Problem):
    """RFC 9112 section 6.1: a transfer coding that is not understood."""

    status, code = 501, "transfer_coding_not_supported"
    title_zh, title_en = "不支持该传输编码", "The transfer coding is not supported; only chunked is"


class JoinedWrites:
    """A transport that holds the head of an answer back until its body follows: one system call instead of two."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held = b""
        self.is_closing = transport.is_closing
        self.get_extra_info = transport.get_extra_info
        self.pause_reading, self.resume_reading = transport.pause_reading, transport.resume_reading

    def write(self, data: bytes) -> None:
        """Hold it, or send it together with what is held. Nothing is held for longer than a turn of the loop."""
        if self._held:
            joined, self._held = self._held + data, b""
            self._transport.write(joined)
        else:
            self._held = data
            self._loop.call_soon(self._flush)

    def close(self) -> None:
        """Send what is held, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)


class BoundedProtocol(HttpToolsProtocol):
    """Counts the bytes of a head and of what is no body after it, which would be collected without end.

    Nor does it wait for a head for ever. Trailers are dropped: uvicorn would add them to the headers it has passed on.
    """

    head_bytes_max: ClassVar[int] = 32_768
    head_wait: ClassVar[int] = 10_000

    _head_bytes = 0
    _in_head = True
    _idle_bytes = 0
    _moved_on = False
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.transport = cast(asyncio.Transport, JoinedWrites(transport, self.loop))
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        after_head = not self._in_head
        if self._in_head:
            self._head_bytes += len(data)
        self._moved_on = False
        super().data_received(data)
        # Chunk extensions and trailers: bytes that keep coming and carry no body.
        self._idle_bytes = self._idle_bytes + len(data) if after_head and not self._moved_on else 0
        if self._idle_bytes > self.head_bytes_max:
            self._refuse(HeadTooLarge())
        # Only a head that is still open after this much is too large; a body may have come along with it.
        if self._in_head and self._head_bytes > self.head_bytes_max:
            self._refuse(HeadTooLarge())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = self._moved_on = True
        if self._head_timer is None:
            self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        self._moved_on = True
        super().on_body(body)

    def on_headers_complete(self) -> None:
        received, self._in_head, self._head_bytes = self._head_bytes, False, 0
        self._stop_timer()
        # What was received may be a small head with the beginning of its body, so look closer before refusing.
        if received > self.head_bytes_max and self._size_of_head() > self.head_bytes_max:
            self._refuse(HeadTooLarge())
            raise httptools.HttpParserError("head too large")
        refused = self._refused_framing()
        if refused is not None:
            self._refuse(refused)
            raise httptools.HttpParserError("framing refused")
        super().on_headers_complete()
        if self.parser.should_upgrade():
            # What comes behind in the same segment is lost to the parser: let the client know to send it again.
            self.cycle.keep_alive = False

    def _refused_framing(self) -> Problem | None:
        framing = {name: value.strip().lower() for name, value in self.headers if name in _FRAMING}
        coding = framing.get(b"transfer-encoding")
        # HTTP/1.0 knows none: who forwards it may take the body for the next request (RFC 9112 section 6.1).
        if coding is not None and (coding != b"chunked" or self.parser.get_http_version() == "1.0"):
            return CodingNotSupported()
        has_body = b"transfer-encoding" in framing or framing.get(b"content-length", b"0") != b"0"
        return UpgradeWithBody() if has_body and self.parser.should_upgrade() else None

    def _size_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers)

    def send_400_response(self, msg: str) -> None:
        self._refuse(Malformed(msg))

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_wait / 1_000, self.transport.close)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, problem: Problem) -> None:
        self._stop_timer()
        if not self.transport.is_closing():
            self.transport.write(_refusal(problem))
            self.transport.close()


def bounded(settings: ProxySettings) -> type[BoundedProtocol]:
    """The protocol class for uvicorn's `http` option, with the bounds of these settings."""
    bounds = {"head_bytes_max": settings.header_bytes_max, "head_wait": settings.header_wait}
    return type("ProxyProtocol", (BoundedProtocol,), bounds)


def _refusal(problem: Problem) -> bytes:
    """A whole answer, written where there is no request yet; in Chinese, because no language was read."""
    request_id = new_id().hex
    document: dict[str, Any] = problem.document("zh") | {"source": "gateway", "request_id": request_id}
    body = json.dumps(document, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {problem.status} \r\ncontent-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
        f"x-request-id: {request_id}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def server_config(app: Any, settings: ProxySettings) -> Config:
    """How uvicorn must run in front of the world.

    `proxy_headers` is off because uvicorn would otherwise believe X-Forwarded-For from any local peer.
    """
    return Config(
        app,
        host=settings.host,
        port=settings.port,
        http=bounded(settings),
        loop="uvloop",
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=25,
    )
