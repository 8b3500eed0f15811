"""Request bodies: counted while they arrive, never trusted to be as long as they say."""

import asyncio
from collections import Counter

from gateway.proxy.lifeline import ClientGone, Lifeline
from gateway.proxy.wiring import Call
from kernel.problems import Problem, TooLarge, TooManyRequests, Unavailable

# After a refusal the rest of the body is read and dropped this far, else closing the connection would
# reset it and the client would never see the answer.
LINGER_BYTES = 64 * 1_048_576
LINGER_SECONDS = 10
FULL = "What this client is sending at the moment is too much together"


class TooSlow(Problem):
    """RFC 9110 section 15.5.9."""

    status, code, title_zh, title_en = 408, "too_slow", "请求内容发送过慢", "The body arrived too slowly"
    retryable = True


class Room:
    """The bodies held at once, in bytes: of all requests together, and of one client's."""

    def __init__(self, bytes_max: int, each_max: int) -> None:
        self._bytes_max, self._each_max = bytes_max, each_max
        self._held: Counter[str] = Counter()
        self._total = 0

    def take(self, client: str, size: int) -> None:
        """Raises TooManyRequests or Unavailable when there is none left; nothing is taken then."""
        if self._held[client] + size > self._each_max:
            raise TooManyRequests(FULL, headers={"Retry-After": "1"})
        if self._total + size > self._bytes_max:
            raise Unavailable("Too many requests are being answered at the moment")
        self._held[client] += size
        self._total += size

    def give_back(self, client: str, size: int) -> None:
        """Once the request has been answered."""
        self._total -= size
        self._held[client] -= size
        if not self._held[client]:
            del self._held[client]


async def read_body(call: Call, lifeline: Lifeline, room: Room, *, bytes_max: int, idle: int) -> bytes:
    """All of it. Raises TooLarge, ClientGone and what `room` does; a pause of `idle` milliseconds cuts the lifeline."""
    declared = call.headers.get(b"content-length", b"0")
    if not declared.isdigit() or int(declared) > bytes_max:
        raise TooLarge(limit_bytes=bytes_max)
    parts: list[bytes] = []
    more = True
    while more:
        part, more = await _next(call, lifeline, idle)
        room.take(call.client, len(part))
        call.body_bytes += len(part)
        if call.body_bytes > bytes_max:
            raise TooLarge(limit_bytes=bytes_max)
        parts.append(part)
    call.body_is_read = True
    return b"".join(parts)


async def _next(call: Call, lifeline: Lifeline, idle: int) -> tuple[bytes, bool]:
    timer = lifeline.cut_in(idle, TooSlow)
    try:
        message = await call.receive()
    finally:
        timer.cancel()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)


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
