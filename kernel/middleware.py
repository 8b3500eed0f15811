"""Pure ASGI around every request: request id, deadline, body limit, time, and a span for one in a hundred.

Every microsecond here is paid by every request, so nothing is computed that nobody asked for, and what every request
needs stands in one function: what costs 0.4 µs in a loop costs 3 after a system call, which empties the processor.
"""

import re
from collections.abc import Mapping, MutableMapping
from time import perf_counter
from typing import Any

import structlog
from opentelemetry import trace
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel import clock, context, metrics
from kernel.problems import Malformed, Problem, Timeout, TooLarge

REQUEST_ID = re.compile(rb"[A-Za-z0-9._\-]{8,64}")
NUL = b"%00"
DEADLINE = b"x-request-deadline"
MILLISECONDS_DIGITS = 15  # of a moment since 1970, for a long time to come
PER_10000 = 10_000
# Our own processes send whole policies, and many events at once; the gateway leads nobody here.
INTERNAL, INTERNAL_LIMIT = "/internal/", 8_388_608
# A bank's statement of its largest file is four times what a person or a program types.
FILE, FILE_LIMIT = b"multipart/form-data", 8_388_608
BODILESS = {"GET", "HEAD", "OPTIONS"}
log = structlog.get_logger()
tracer = trace.get_tracer("kernel")


class RequestMiddleware:
    """One class, not a stack of them: each layer of BaseHTTPMiddleware would cost more than the route it wraps."""

    def __init__(self, app: ASGIApp, *, body_limit: int, span_sample_per_10000: int) -> None:
        self._app, self._body_limit = app, body_limit
        self._sample, self._sampled = span_sample_per_10000, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        # The first of repeated headers, read as plain bytes: a Headers object searches its list at each look.
        headers = dict(reversed(scope["headers"]))
        request = request_context(headers)
        context.enter(request)
        marked = (b"x-request-id", request.request_id.encode())
        status = 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], marked]
            await send(message)

        if scope["method"] not in BODILESS:
            receive = limited(receive, headers, self._limit(scope, headers))
        try:
            if DEADLINE in headers or NUL in scope["raw_path"] or NUL in scope["query_string"]:
                refuse_impossible(scope, request)
            self._sampled += self._sample  # evenly, as many in ten thousand as the setting says
            if self._sampled >= PER_10000:
                self._sampled -= PER_10000
                await self._traced(scope, receive, send_marked, request)
            else:
                await self._app(scope, receive, send_marked)
        except Problem as problem:
            answer = await _answer_of_the_app(scope, problem)
            await answer(scope, receive, send_marked)
        except Exception:
            log.exception("request.failed")
            await Problem().response()(scope, receive, send_marked)
        finally:
            metrics.note_request(scope["method"], scope.get("route"), status, perf_counter() - started)

    def _limit(self, scope: Scope, headers: Mapping[bytes, bytes]) -> int:
        if scope["path"].startswith(INTERNAL):
            return INTERNAL_LIMIT
        return FILE_LIMIT if headers.get(b"content-type", b"").lower().startswith(FILE) else self._body_limit

    async def _traced(self, scope: Scope, receive: Receive, send: Send, request: context.RequestContext) -> None:
        with tracer.start_as_current_span(f"{scope['method']} {scope['path']}") as span:
            span.set_attribute("request_id", request.request_id)
            await self._app(scope, receive, send)


async def _answer_of_the_app(scope: Scope, problem: Problem) -> Response:
    """As what is raised within the app is answered: to a browser on a page, where the app has pages."""
    answer: Response = await scope["app"].exception_handlers[Problem](Request(scope), problem)
    return answer


def request_context(headers: Mapping[bytes, bytes]) -> context.RequestContext:
    """What the request says of itself; a malformed id or deadline is replaced, not trusted."""
    given = headers.get(b"x-request-id")
    request_id = given.decode() if given is not None and REQUEST_ID.fullmatch(given) else context.new_request_id()
    deadline_ms = clock.real_ms() + context.BUDGET_MS
    stated = headers.get(DEADLINE)
    if stated is not None and stated.isdigit() and len(stated) <= MILLISECONDS_DIGITS:
        deadline_ms = min(deadline_ms, int(stated))
    language = headers.get(b"accept-language")
    return context.RequestContext(request_id, deadline_ms, language.decode("latin-1") if language else "")


def refuse_impossible(scope: Scope, request: context.RequestContext) -> None:
    """NUL in the address would reach PostgreSQL as an error; work past its deadline helps nobody."""
    if NUL in scope["raw_path"] or NUL in scope["query_string"]:
        raise Malformed("the address has a NUL character")
    if request.deadline_ms <= clock.real_ms():
        raise Timeout


def limited(receive: Receive, headers: Mapping[bytes, bytes], limit: int) -> Receive:
    """Count the body while it streams; what Content-Length claims is only a reason to stop sooner."""
    length = headers.get(b"content-length", b"0")
    received = limit + 1 if length.isdigit() and int(length) > limit else 0

    async def counted() -> MutableMapping[str, Any]:
        nonlocal received
        if received > limit:
            raise TooLarge(limit_bytes=limit)
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge(limit_bytes=limit)
        return message

    return counted
