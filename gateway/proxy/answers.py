"""Answers to the client: relayed ones byte for byte, and the gateway's own problem documents in the same shape."""

import json
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from gateway.proxy import measures
from gateway.proxy.bodies import linger
from gateway.proxy.connections import Answer, UpstreamError
from gateway.proxy.headers import passed_down
from gateway.proxy.routes import METHODS, Route
from gateway.proxy.wiring import Call
from kernel import context
from kernel.problems import MEDIA_TYPE, Problem, UpstreamFailed

Headers = list[tuple[bytes, bytes]]
PAGES = (b"/portal", b"/policies")

# What is left of a refused body up to here is dropped by the HTTP server itself, and the connection stays.
SMALL_REST_BYTES = 65_536

_EXPOSED = b"ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotent-Replayed"
_ASKABLE = b"Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id, Accept-Language"
ALLOW = ", ".join(sorted(METHODS)).encode()


async def relay(call: Call, route: Route, answer: Answer, base: bytes) -> None:
    """Pass an answer on as it comes. An answer that breaks off is broken off towards the client as well."""
    headers = passed_down(answer.fields, base=base, cookies=route.keeps_cookies)
    await _start(call, answer.status, headers)
    last = b"" if call.method == "HEAD" else await _relay_parts(call, answer, route.upstream)
    await call.send({"type": "http.response.body", "body": last, "more_body": False})


async def _relay_parts(call: Call, answer: Answer, process: str) -> bytes:
    """Pass on all parts but the last, which is returned."""
    try:
        part = await answer.part()
        while not answer.at_end:
            await call.send({"type": "http.response.body", "body": part, "more_body": True})
            part = await answer.part()
    except UpstreamError as error:
        measures.UPSTREAM_FAILURES.labels(process, type(error).__name__).inc()
        raise UpstreamFailed("The answer broke off") from None
    return part


async def refuse(call: Call, problem: Problem) -> None:
    """The problem document of something the gateway itself refuses."""
    measures.REFUSALS.labels(problem.code).inc()
    language = context.language_of(call.headers.get(b"accept-language", b"").decode("latin-1"))
    context.enter(context.background(request_id=call.request_id))
    document = problem.document(language) | {"source": "gateway"}
    kind, body = _page(document, language) if _is_for_people(call) else _document(document)
    headers = [
        (b"content-type", kind),
        (b"content-language", b"en" if language == "en" else b"zh-CN"),
        (b"cache-control", b"no-store"),
    ]
    headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in problem.headers.items()]
    await answer_with(call, problem.status, headers, body)


def _document(problem: Mapping[str, Any]) -> tuple[bytes, bytes]:
    return MEDIA_TYPE.encode(), json.dumps(problem, ensure_ascii=False).encode()


def _is_for_people(call: Call) -> bool:
    return call.scope["raw_path"].startswith(PAGES) and b"text/html" in call.headers.get(b"accept", b"")


def _page(problem: Mapping[str, Any], language: str) -> tuple[bytes, bytes]:
    """The same for a person in a browser, who comes by again by itself where another try may help."""
    again = '<meta http-equiv="refresh" content="5">' if problem["retryable"] else ""
    words = (
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><head><meta charset="utf-8">{again}'
        '<meta name="viewport" content="width=device-width"><style>body{font:1.1em sans-serif;margin:3em}</style>'
        f"<title>{escape(problem['title'])}</title></head><body><h1>{escape(problem['title'])}</h1>"
        f"<p>{escape(problem.get('detail') or '')}</p></body></html>"
    )
    return b"text/html; charset=utf-8", words.encode()


async def answer_with(call: Call, status: int, headers: Headers, body: bytes) -> None:
    """An answer of our own."""
    # A client that was too slow gets no more time; RFC 9110 section 15.5.9 wants the connection closed as well.
    too_slow = status == HTTPStatus.REQUEST_TIMEOUT
    lingering = _has_a_long_rest(call) and not too_slow
    await _start(call, status, [*headers, (b"content-length", b"%d" % len(body))], closing=lingering or too_slow)
    if lingering and b"expect" not in call.headers:
        await call.send({"type": "http.response.body", "body": body, "more_body": True})
        await linger(call)
        body = b""
    await call.send({"type": "http.response.body", "body": body, "more_body": False})


def preflight(call: Call) -> Headers:
    """The CORS preflight answer, empty of permissions for an origin nobody allowed."""
    if call.origin is None:
        return [(b"allow", ALLOW)]
    return [
        (b"access-control-allow-methods", ALLOW),
        (b"access-control-allow-headers", _ASKABLE),
        (b"access-control-max-age", b"600"),
    ]


async def _start(call: Call, status: int, headers: Headers, *, closing: bool = False) -> None:
    headers.append((b"x-request-id", call.request_id.encode()))
    headers.append((b"x-content-type-options", b"nosniff"))
    if call.standing is not None:
        headers.append((b"ratelimit-policy", call.standing.policy.field))
        headers.append((b"ratelimit", call.standing.field()))
    if call.origin is not None:
        headers.append((b"access-control-allow-origin", call.origin))
        headers.append((b"access-control-expose-headers", _EXPOSED))
        headers.append((b"vary", b"Origin"))
    if closing:
        headers.append((b"connection", b"close"))
    call.status, call.answer_started = status, True
    await call.send({"type": "http.response.start", "status": status, "headers": headers})


def _has_a_long_rest(call: Call) -> bool:
    if call.body_is_read or not call.has_body:
        return False
    declared = call.headers.get(b"content-length", b"")
    return not declared.isdigit() or int(declared) > SMALL_REST_BYTES
