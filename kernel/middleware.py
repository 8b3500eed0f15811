"""Pure ASGI around every request: request id, deadline, language, body limit, time, and a span for one in a hundred."""

import random
import re
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import structlog
from opentelemetry import trace
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel import clock, context, metrics
from kernel.ids import new_id
from kernel.problems import Malformed, Problem, Timeout, TooLarge

REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{8,64}")
NUL = b"%00"
log = structlog.get_logger()
tracer = trace.get_tracer("kernel")


class RequestMiddleware:
    """One class, not a stack of them: each layer of BaseHTTPMiddleware would cost more than the route it wraps."""

    def __init__(
        self, app: ASGIApp, *, body_limit: int, span_sample_per_10000: int, route_of: Callable[[Scope], str]
    ) -> None:
        self._app, self._body_limit, self._route_of = app, body_limit, route_of
        self._sample = span_sample_per_10000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        # The first of repeated headers, read as plain bytes: a Headers object searches its list at each look.
        headers = dict(reversed(scope["headers"]))
        request = request_context(headers)
        context.enter(request)
        status = 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request.request_id.encode())]
            await send(message)

        try:
            await self._answer(scope, limited(receive, headers, self._body_limit), send_marked, request)
        finally:
            metrics.request_timer(scope["method"], self._route_of(scope), status).observe(perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request: context.RequestContext) -> None:
        try:
            refuse_impossible(scope, request)
            if random.randrange(10_000) >= self._sample:  # noqa: S311 - sampling, not secrecy
                await self._app(scope, receive, send)
                return
            with tracer.start_as_current_span(f"{scope['method']} {scope['path']}") as span:
                span.set_attribute("request_id", request.request_id)
                await self._app(scope, receive, send)
        except Problem as problem:
            await problem.response()(scope, receive, send)
        except Exception:
            log.exception("request.failed")
            await Problem().response()(scope, receive, send)


def request_context(headers: Mapping[bytes, bytes]) -> context.RequestContext:
    """What the request says of itself; a malformed id or deadline is replaced, not trusted."""
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    deadline = clock.real_now() + context.DEFAULT_BUDGET
    stated = headers.get(b"x-request-deadline", b"")
    if stated.isdigit() and len(stated) <= 15:  # noqa: PLR2004 - milliseconds since 1970
        deadline = min(deadline, datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(stated)))
    return context.RequestContext(
        request_id=given if REQUEST_ID.fullmatch(given) else new_id().hex,
        deadline=deadline,
        language=context.language_of(headers.get(b"accept-language", b"").decode("latin-1")),
    )


def refuse_impossible(scope: Scope, request: context.RequestContext) -> None:
    """NUL in the address would reach PostgreSQL as an error; work past its deadline helps nobody."""
    if NUL in scope.get("raw_path", b"") or NUL in scope.get("query_string", b""):
        raise Malformed("the address has a NUL character")
    if request.deadline <= clock.real_now():
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
