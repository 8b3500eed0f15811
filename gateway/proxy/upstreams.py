"""The processes behind, each with its pool of connections, its breakers, and one more try where that is safe."""

import asyncio

from gateway.proxy import measures
from gateway.proxy.breaker import Breaker, Breakers
from gateway.proxy.connections import Answer, Unreachable, Unreadable, UpstreamError
from gateway.proxy.exchanges import exchange, head_of
from gateway.proxy.pools import Address, Pool
from gateway.proxy.routes import Route
from gateway.proxy.settings import ProxySettings
from gateway.proxy.wiring import Call, milliseconds
from kernel.problems import Problem, Unavailable, UpstreamFailed

PROCESSES = ("window", "registry", "vouchers", "funds", "events")
# Whoever gave up on it: a process that let a request wait this long did not work.
_LONG_WAIT = 10_000


class Process:
    """One process behind: where it is, and the connections to it."""

    def __init__(self, url: str, settings: ProxySettings) -> None:
        self.base = url.encode()
        self.address = Address.of(url)
        self.pool = Pool(
            self.address,
            size=settings.connections_per_upstream,
            connect_wait=settings.connect_wait,
            keep=settings.upstream_keep_alive,
        )


class Upstreams:
    """Asks the process a route names."""

    def __init__(self, settings: ProxySettings) -> None:
        self._processes = {name: Process(settings.url_of(name), settings) for name in PROCESSES}
        self._breakers = Breakers()

    def close(self) -> None:
        """Let the kept connections go."""
        for process in self._processes.values():
            process.pool.close()

    def base(self, process: str) -> bytes:
        """The address of a process, which no answer should show."""
        return self._processes[process].base

    async def ask(self, call: Call, route: Route, authorization: str | None, body: bytes | None) -> Answer:
        """The answer, its body still on the way. Raises Unavailable or UpstreamFailed.

        A request without effect, or with an Idempotency-Key, is sent once more if no byte of an answer came.
        """
        process = self._processes[route.upstream]
        breaker = self._breakers.of(route.prefix, milliseconds())
        head = head_of(call, process.address, authorization, body)
        last_try = not call.replayable
        while True:
            _go_ahead(breaker)
            try:
                return await _send(process.pool, head, body, breaker)
            except UpstreamError as error:
                measures.UPSTREAM_FAILURES.labels(route.upstream, type(error).__name__).inc()
                breaker.failed(milliseconds())
                if last_try or isinstance(error, Unreadable):
                    raise _problem_of(error, call) from None
                last_try = True


async def _send(pool: Pool, head: bytes, body: bytes | None, breaker: Breaker) -> Answer:
    started = milliseconds()
    try:
        answer = await exchange(await pool.connection(), head, body)
    except asyncio.CancelledError:
        if milliseconds() - started >= _LONG_WAIT:
            breaker.failed(milliseconds())
        raise
    # Whatever it says, it answers. Were a 5xx a failure, whoever finds a request that is answered with one (a deadline
    # of a millisecond is enough) could close a prefix to everybody.
    breaker.succeeded(milliseconds())
    return answer


def _go_ahead(breaker: Breaker) -> None:
    wait = breaker.wait(milliseconds())
    if wait:
        raise Unavailable("The service is recovering", retry_after_seconds=-(-wait // 1_000))


def _problem_of(error: UpstreamError, call: Call) -> Problem:
    if isinstance(error, Unreadable):
        return UpstreamFailed("The service's answer could not be read", retryable=call.replayable)
    problem = Unavailable("The service cannot be reached")
    if not isinstance(error, Unreachable) and not call.replayable:
        problem.detail = "The connection to the service was lost; whether the request took effect is not known"
        problem.facts["retryable"] = False
    return problem
