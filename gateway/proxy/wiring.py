"""The ASGI types, and one request on its way through."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from gateway.proxy.quotas import Standing
from gateway.proxy.routes import Route

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def milliseconds() -> int:
    """Of a clock that never goes back."""
    return time.monotonic_ns() // 1_000_000


@dataclass(slots=True)
class Call:
    """One request; `route` is None where nothing answers.

    `headers` holds the first value of each name, `standing` what is left of the quota.
    `arrived` and `deadline` are in Unix milliseconds. `network` is what anonymous requests are
    counted by: the address, or the /64 of an IPv6 one. `body_bytes` have come so far.
    """

    scope: Scope
    receive: Receive
    send: Send
    method: str
    path: str
    headers: dict[bytes, bytes]
    request_id: str
    address: str
    network: str
    client: str
    arrived: int
    route: Route | None
    started_ns: int = field(default_factory=time.perf_counter_ns)
    deadline: int = 0
    standing: Standing | None = None
    origin: bytes | None = None
    status: int = 0
    body_bytes: int = 0
    body_is_read: bool = False
    answer_started: bool = False

    @property
    def has_body(self) -> bool:
        """Whether the client said that a body follows (RFC 9112 section 6)."""
        return self.headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in self.headers

    @property
    def replayable(self) -> bool:
        """Whether sending it twice does no more than sending it once. Keys are kept for POST alone."""
        return self.method in {"GET", "HEAD"} or (self.method == "POST" and b"idempotency-key" in self.headers)
