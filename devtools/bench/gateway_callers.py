"""Callers in Python, for a machine without wrk: slower than wrk, the same to every door."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import cast

import uvloop

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
SUCCESS = b"HTTP/1.1 2"


@dataclass(slots=True)
class Tally:
    """Durations of answered requests in nanoseconds, how many answers were no success, and the last of those."""

    durations: list[int] = field(default_factory=list)
    failures: int = 0
    failure: bytes = b""


class Caller(asyncio.Protocol):
    """Sends a request, waits for the whole answer, sends it again."""

    def __init__(self, request: bytes | Callable[[], bytes], tally: Tally) -> None:
        """`request`: the same every time, or a new one each time."""
        self._request = request if callable(request) else lambda: request
        self._tally = tally
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do all that asyncio's do, and are none of them.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(HEAD_END)
        if not found:
            return
        length = head.lower().partition(LENGTH)[2].partition(b"\r\n")[0]
        if len(body) < int(length or b"0"):
            return
        self._tally.durations.append(time.perf_counter_ns() - self._sent)
        if not head.startswith(SUCCESS):
            self._tally.failures += 1
            self._tally.failure = self._received
        self._send()

    def _send(self) -> None:
        self._received = b""
        request = self._request()
        self._sent = time.perf_counter_ns()
        self._transport.write(request)


def call(port: int, request: bytes | Callable[[], bytes], *, connections: int, seconds: int) -> Tally:
    """What came back to so many callers within the time."""
    return uvloop.run(_call(port, request, connections, seconds))


async def _call(port: int, request: bytes | Callable[[], bytes], connections: int, seconds: int) -> Tally:
    tally = Tally()
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: Caller(request, tally), "127.0.0.1", port) for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    for transport, _ in pairs:
        transport.abort()
    return tally


class PacedCaller(Caller):
    """Sends at fixed moments; one it could not keep counts from when it was due."""

    def __init__(self, request: Callable[[], bytes], tally: Tally, *, first_ns: int, gap_ns: int) -> None:
        super().__init__(request, tally)
        self._due, self._gap = first_ns, gap_ns

    def _send(self) -> None:
        due, self._due = self._due, self._due + self._gap
        wait_ns = max(0, due - time.perf_counter_ns())
        asyncio.get_running_loop().call_later(wait_ns / 1_000_000_000, self._send_at, due)

    def _send_at(self, due: int) -> None:
        if not self._transport.is_closing():
            super()._send()
            self._sent = due


def paced(port: int, requests: Sequence[bytes], *, connections: int, per_second: int, seconds: int) -> Tally:
    """Requests in turn at a steady rate, answered or not."""
    return uvloop.run(_paced(port, requests, connections, per_second, seconds))


async def _paced(port: int, requests: Sequence[bytes], connections: int, per_second: int, seconds: int) -> Tally:
    tally, turn = Tally(), cycle(requests)
    loop, gap_ns = asyncio.get_running_loop(), connections * 1_000_000_000 // per_second
    begins = time.perf_counter_ns() + 200_000_000

    def caller(place: int) -> PacedCaller:
        first_ns = begins + place * 1_000_000_000 // per_second
        return PacedCaller(lambda: next(turn), tally, first_ns=first_ns, gap_ns=gap_ns)

    pairs = [
        await loop.create_connection(lambda place=place: caller(place), "127.0.0.1", port)  # type: ignore[misc]
        for place in range(connections)
    ]
    await asyncio.sleep(seconds)
    for transport, _ in pairs:
        transport.abort()
    return tally


def percentile_us(tally: Tally, percent: int) -> int:
    """In microseconds."""
    return int(statistics.quantiles(tally.durations, n=100)[percent - 1]) // 1_000
