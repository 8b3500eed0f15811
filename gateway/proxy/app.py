"""The data plane: one request from its first line to the last byte of its answer."""

import json
import random
from collections.abc import Awaitable, Callable

import structlog
from opentelemetry import trace

from gateway.proxy import measures
from gateway.proxy.admission import Admission
from gateway.proxy.answers import ALLOW, answer_with, preflight, refuse, relay
from gateway.proxy.bodies import Room, read_body
from gateway.proxy.clients import Addresses, quota_key
from gateway.proxy.headers import accepted_request_id, earliest_deadline
from gateway.proxy.lifeline import ClientGone, Lifeline
from gateway.proxy.paths import PATH_BYTES_MAX
from gateway.proxy.routes import METHODS, PathTooLong, Route, routed
from gateway.proxy.settings import ProxySettings
from gateway.proxy.upstreams import Upstreams
from gateway.proxy.wiring import Call, Receive, Scope, Send
from kernel import clock, context
from kernel.logs import mask
from kernel.problems import MethodNotAllowed, NotFound, Problem, Timeout, Unavailable

SLOW_MS = 1_000
CLIENT_ERROR, SERVER_ERROR = 400, 500
NO_ANSWER = 499
PREFLIGHT_COST = 1
PATH_TOLD_MAX = 200  # characters, in the access log
ONE_IN = 10_000

log = structlog.get_logger("gateway.proxy")
tracer = trace.get_tracer("gateway.proxy")

Readiness = Callable[[], Awaitable[bool]]


class DataPlane:
    """Forwards what may pass; stateless but for caches that may be lost at any time."""

    def __init__(
        self, settings: ProxySettings, *, admission: Admission, upstreams: Upstreams, is_ready: Readiness
    ) -> None:
        self._settings, self._admission, self._upstreams, self._is_ready = settings, admission, upstreams, is_ready
        self._addresses = Addresses(settings.trusted_proxies)
        self._origins = frozenset(origin.encode() for origin in settings.cors_origins)
        self._room = Room(settings.bodies_held, settings.bodies_held_each)
        self._in_flight = 0
        measures.IN_FLIGHT.set_function(lambda: self._in_flight)
        self._answered = 0
        self._own_pages = {"/livez": self._livez, "/readyz": self._readyz, "/version": self._version}

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; every failure becomes a problem document, or a broken-off answer once it began."""
        call = self._call(scope, receive, send)
        self._in_flight += 1
        try:
            await self._answer(call)
        except ClientGone:
            call.status = NO_ANSWER
            measures.ABANDONED.inc()
        except Problem as problem:
            await self._refuse(call, problem)
        except Exception:
            log.exception("unhandled", request_id=call.request_id)
            await self._refuse(call, Problem())
        finally:
            self._in_flight -= 1
            self._room.give_back(call.client, call.body_bytes)
            self._record(call)

    def _call(self, scope: Scope, receive: Receive, send: Send) -> Call:
        # The first of repeated headers counts here; the list itself is what passes on.
        headers = dict(reversed(scope["headers"]))
        address = self._addresses.of(scope)
        network = quota_key(address)
        try:
            path, route = routed(scope["method"], scope["raw_path"])
        except PathTooLong:
            path, route = scope["raw_path"].decode("latin-1"), None
        origin = headers.get(b"origin")
        return Call(
            scope,
            receive,
            send,
            method=scope["method"],
            path=path,
            headers=headers,
            request_id=accepted_request_id(headers.get(b"x-request-id")) or context.new_request_id(),
            address=address,
            network=network,
            client=network,
            arrived=clock.real_ms(),
            route=route,
            origin=origin if origin in self._origins else None,
        )

    async def _answer(self, call: Call) -> None:
        if call.path in self._own_pages:
            await self._own_page(call)
            return
        if call.route is None:
            self._admission.charge_address(call, PREFLIGHT_COST)
            raise NotFound
        if call.method == "OPTIONS" or call.method not in METHODS:
            await self._about_methods(call)
            return
        if self._in_flight > self._settings.in_flight_max:
            raise Unavailable("Too many requests are being answered at the moment")
        if random.randrange(ONE_IN) >= self._settings.span_sample_per_10000:  # noqa: S311 - sampling, not secrecy
            await self._forward(call, call.route)
            return
        with tracer.start_as_current_span(f"{call.method} {call.route.prefix}") as span:
            span.set_attribute("request_id", call.request_id)
            await self._forward(call, call.route)

    async def _forward(self, call: Call, route: Route) -> None:
        call.deadline = earliest_deadline(call.arrived + route.kind.budget, call.headers.get(b"x-request-deadline"))
        with Lifeline(call.receive, call.deadline - call.arrived) as lifeline:
            token = await self._admission.admit(call, route)
            body = await self._body(call, route, lifeline)
            # Only now: an identity lives for a minute, and a body may take longer to arrive.
            authorization = await self._admission.authorization(call, route, token)
            with await self._upstreams.ask(call, route, authorization, body) as answer:
                await relay(call, route, answer, self._upstreams.base(route.upstream))

    async def _body(self, call: Call, route: Route, lifeline: Lifeline) -> bytes | None:
        """Read whole before a service is bothered: a slow client never holds one of its connections."""
        body, most, idle = None, route.kind.body_bytes_max, self._settings.body_idle
        if call.has_body:
            body = await read_body(call, lifeline, self._room, bytes_max=most, idle=idle)
        lifeline.body_is_read()
        return body

    async def _about_methods(self, call: Call) -> None:
        self._admission.charge_address(call, PREFLIGHT_COST)
        if call.method != "OPTIONS":
            raise MethodNotAllowed(headers={"Allow": ALLOW.decode()})
        await answer_with(call, 204, preflight(call), b"")

    async def _refuse(self, call: Call, problem: Problem) -> None:
        if call.answer_started:
            # The status is out; leaving the answer unfinished makes the server close the connection.
            call.status = problem.status
            measures.ABANDONED.inc()
            return
        if isinstance(problem, Timeout) and not call.replayable:
            problem.facts["retryable"] = False
        await refuse(call, problem)

    async def _own_page(self, call: Call) -> None:
        if call.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed(headers={"Allow": "GET, HEAD"})
        status, document = await self._own_pages[call.path]()
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await answer_with(call, status, headers, json.dumps(document).encode())

    async def _livez(self) -> tuple[int, dict[str, str]]:
        return 200, {"status": "ok"}

    async def _readyz(self) -> tuple[int, dict[str, str]]:
        if not await self._is_ready():
            raise Unavailable("The signing keys of the window are not known yet")
        return 200, {"status": "ok"}

    async def _version(self) -> tuple[int, dict[str, str]]:
        return 200, {"service": self._settings.service, "version": self._settings.version}

    def _record(self, call: Call) -> None:
        elapsed = measures.observe(call)
        self._answered += 1
        # Every failure, every slow answer and each refusal of a known client (a partner will ask why; strangers could
        # fill the disk), and an even sample of the rest.
        sampled = self._answered * self._settings.access_log_per_10000 % ONE_IN < self._settings.access_log_per_10000
        refused = call.status >= CLIENT_ERROR and call.client != call.network
        if sampled or refused or call.status >= SERVER_ERROR or elapsed >= SLOW_MS:
            log.info(
                "request",
                request_id=call.request_id,
                method=call.method,
                path=told_path(call.path),
                status=call.status,
                ms=elapsed,
                client=call.client,
            )


def told_path(path: str) -> str:
    """At most so much of a path, masked before it is cut: half a number is not known as one."""
    return path if len(path) <= PATH_TOLD_MAX else mask(path[:PATH_BYTES_MAX])[:PATH_TOLD_MAX]
