"""The pooled HTTP client to the processes behind, with its retry and its breakers."""

import asyncio
from http import HTTPStatus

import aiohttp
from yarl import URL

from gateway.proxy import measures
from gateway.proxy.bodies import Body
from gateway.proxy.breaker import Breaker, Breakers
from gateway.proxy.headers import passed_up
from gateway.proxy.routes import Route
from gateway.proxy.settings import ProxySettings
from gateway.proxy.wiring import Call, milliseconds
from kernel.problems import Malformed, Problem, Unavailable, UpstreamFailed

PROCESSES = ("window", "registry", "vouchers", "funds", "events")
# 503 is a process saying "later", which is an answer; these are a process that does not work.
_FAILURES = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
_ANSWER_FIELD_BYTES_MAX = 32_768

# Whoever gave up on it: a process that let a request wait this long did not work.
_LONG_WAIT = 10_000


def open_client(settings: ProxySettings) -> aiohttp.ClientSession:
    """One client for the life of the process. Bodies pass as they are; redirects and cookies are the caller's."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0,
            limit_per_host=settings.connections_per_upstream,
            keepalive_timeout=settings.upstream_keep_alive_seconds,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        # The deadline of each request bounds the rest, a wait for a free connection included.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_wait / 1_000),
        max_line_size=_ANSWER_FIELD_BYTES_MAX,
        max_field_size=_ANSWER_FIELD_BYTES_MAX,
    )
    # aiohttp repeats PUT and DELETE by itself on a lost connection; whether to repeat is decided below, by the key.
    session._retry_connection = False  # noqa: SLF001 - no public switch; test_lost_delete_is_not_repeated watches it
    return session


class Upstreams:
    """Asks the process a route names."""

    def __init__(self, http: aiohttp.ClientSession, settings: ProxySettings) -> None:
        self._http = http
        self._bases = {process: settings.url_of(process) for process in PROCESSES}
        self._breakers = Breakers()

    def base(self, process: str) -> bytes:
        """The address of a process, which no answer should show."""
        return self._bases[process].encode()

    async def ask(
        self, call: Call, route: Route, authorization: str | None, body: Body | None
    ) -> aiohttp.ClientResponse:
        """The answer, its body still on the way. Raises Unavailable or UpstreamFailed.

        A request without effect, or with an Idempotency-Key, is sent once more if no byte of an answer came.
        """
        breaker = self._breakers.of(route.prefix, milliseconds())
        headers = _headers_up(call, route, authorization)
        url = _url(self._bases[route.upstream], call)
        last_try = not call.replayable or (body is not None and body.content is None)
        while True:
            _go_ahead(breaker)
            try:
                return await self._send(call, url, headers, body, breaker)
            except aiohttp.ClientError as error:
                # A body that was refused half-way looks like a lost connection to the HTTP client.
                if body is not None and body.refusal is not None:
                    raise body.refusal from None
                measures.UPSTREAM_FAILURES.labels(route.upstream, type(error).__name__).inc()
                breaker.failed(milliseconds())
                if last_try or isinstance(error, aiohttp.ClientResponseError):
                    raise _problem_of(error, call) from None
                last_try = True

    async def _send(
        self, call: Call, url: URL, headers: list[tuple[str, str]], body: Body | None, breaker: Breaker
    ) -> aiohttp.ClientResponse:
        # HEAD is asked as GET and its body dropped: the services declare GET alone.
        method = "GET" if call.method == "HEAD" else call.method
        data = None if body is None else body.content if body.content is not None else body.parts()
        started = milliseconds()
        try:
            answer = await self._http.request(method, url, headers=headers, data=data, allow_redirects=False)
        except asyncio.CancelledError:
            if milliseconds() - started >= _LONG_WAIT:
                breaker.failed(milliseconds())
            raise
        _report(breaker, answer.status)
        return answer


def _headers_up(call: Call, route: Route, authorization: str | None) -> list[tuple[str, str]]:
    headers = passed_up(call.scope["headers"], page=route.keeps_cookies)
    headers.append(("X-Request-Id", call.request_id))
    headers.append(("X-Request-Deadline", str(call.deadline)))
    headers.append(("X-Forwarded-For", call.address))
    headers.append(("X-Forwarded-Proto", call.scope.get("scheme", "http")))
    if authorization is not None:
        headers.append(("Authorization", authorization))
    if route.kind.streamed and b"content-length" in call.headers:
        headers.append(("Content-Length", call.headers[b"content-length"].decode()))
    return headers


def _url(base: str, call: Call) -> URL:
    query = call.scope["query_string"]
    if not query.isascii():
        raise Malformed("The query string is not ASCII")
    target = base + call.path
    # encoded=True: the bytes the client sent go on unchanged, Chinese escapes included.
    return URL(f"{target}?{query.decode()}" if query else target, encoded=True)


def _go_ahead(breaker: Breaker) -> None:
    wait = breaker.wait(milliseconds())
    if wait:
        raise Unavailable("The service is recovering", retry_after_seconds=-(-wait // 1_000))


def _report(breaker: Breaker, status: int) -> None:
    if status in _FAILURES:
        breaker.failed(milliseconds())
    else:
        breaker.succeeded(milliseconds())


def _problem_of(error: aiohttp.ClientError, call: Call) -> Problem:
    if isinstance(error, aiohttp.ClientResponseError):
        return UpstreamFailed("The service's answer could not be read", retryable=call.replayable)
    problem = Unavailable("The service cannot be reached")
    never_sent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    if not never_sent and not call.replayable:
        problem.detail = "The connection to the service was lost; whether the request took effect is not known"
        problem.facts["retryable"] = False
    return problem
