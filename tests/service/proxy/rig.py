"""A proxy in front of real HTTP servers: a contract fake of the window with real keys, and an upstream that echoes."""

import asyncio
import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
import uvloop
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from gateway.proxy.process import Proxy
from gateway.proxy.settings import ProxySettings
from gateway.proxy.wire import server_config

ISSUER = "https://window.example"
PROBLEM = {"type": "/problems/over_budget", "code": "over_budget", "title": "超出预算", "status": 409, "reasons": [1]}
ICALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:众创空间路演\r\nEND:VCALENDAR\r\n".encode()
XLSX = b"PK\x03\x04" + bytes(range(256)) * 400


def now() -> int:
    return int(time.time())  # noqa: TID251 - a test's own clock


def new_key() -> ECKey:
    key = ECKey.generate_key("P-256", private=True)
    key.ensure_kid()
    return key


@dataclass
class Window:
    """What the proxy may ask of the window, with counters and faults a test can set."""

    key: ECKey = field(default_factory=new_key)
    retired: list[ECKey] = field(default_factory=list)
    workload_key: ECKey = field(default_factory=new_key)
    exchanges: int = 0
    key_fetches: int = 0
    revoked: set[str] = field(default_factory=set)
    failing: bool = False
    exchange_seconds: float = 0

    def rotate(self) -> None:
        self.retired, self.key = [self.key], new_key()

    def read(self, token: str) -> dict[str, Any]:
        return jwt.decode(token, KeySet([self.key, *self.retired]), algorithms=["ES256"]).claims

    def access_token(self, *, key: ECKey | None = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        key = key or self.key
        full = {"iss": ISSUER, "aud": ISSUER, "sub": "portal-7", "client_id": "portal-7", "exp": now() + 300} | claims
        kept = {name: value for name, value in full.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "at+jwt"} | (header or {}), kept, key)

    def identity(self, subject: str, audience: str) -> str:
        claims = {"iss": ISSUER, "aud": audience, "sub": subject, "exp": now() + 60}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid, "typ": "identity+jwt"}, claims, self.key)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        pages = {
            "/.well-known/jwks.json": self._keys,
            "/internal/identities": self._exchange,
            "/oauth/token": self._token,
        }
        page = pages.get(scope["path"])
        if page is None:
            await Upstream()(scope, receive, send)
            return
        body = await whole_body(receive)
        status, document = (500, {}) if self.failing else await page(scope, body)
        await reply(send, status, json.dumps(document).encode(), [(b"content-type", b"application/json")])

    async def _keys(self, _scope: Any, _body: bytes) -> tuple[int, Any]:
        self.key_fetches += 1
        return 200, KeySet([self.key, *self.retired]).as_dict(private=False)

    async def _token(self, scope: Any, body: bytes) -> tuple[int, Any]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if "client_assertion" not in form:
            headers = dict(scope["headers"])
            return 200, {"seen_authorization": headers.get(b"authorization", b"").decode()}
        claims = jwt.decode(form["client_assertion"], self.workload_key, algorithms=["ES256"]).claims
        assert claims["sub"] == "workload:proxy"
        return 200, {"access_token": self.identity(claims["sub"], form["resource"]), "expires_in": 60}

    async def _exchange(self, scope: Any, body: bytes) -> tuple[int, Any]:
        self.exchanges += 1
        await asyncio.sleep(self.exchange_seconds)
        own = dict(scope["headers"])[b"authorization"].decode().removeprefix("Bearer ")
        caller = self.read(own)
        assert (caller["sub"], caller["aud"]) == ("workload:proxy", "window")
        asked = json.loads(body)
        if asked["access_token"] in self.revoked:
            return 422, {"code": "token_revoked"}
        subject = self.read(asked["access_token"])["sub"]
        return 200, {"identity": self.identity(subject, asked["audience"]), "expires_in": 60}


@dataclass
class Upstream:
    """A service that says what it was asked, or misbehaves as its last path segment says."""

    seen: list[dict[str, Any]] = field(default_factory=list)
    abandoned: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        kind = scope["path"].rsplit("/", 1)[-1]
        special = getattr(self, f"_{kind.replace('.', '_').replace('-', '_')}", None)
        if special is not None:
            await special(scope, receive, send)
        else:
            await self._echo(scope, receive, send)

    async def _echo(self, scope: Any, receive: Any, send: Any) -> None:
        body = await whole_body(receive)
        document = {
            "method": scope["method"],
            "raw_path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
            "body_bytes": len(body),
            "body_sha256": hashlib.sha256(body).hexdigest(),
        }
        self.seen.append(document)
        headers = [
            (b"content-type", b"application/json"),
            (b"etag", b'"v7"'),
            (b"idempotent-replayed", b"true"),
            (b"link", b'</v1/registry/echo?cursor=x>; rel="next"'),
            (b"location", b"http://%s:%d/v1/registry/echo/1" % (scope["server"][0].encode(), scope["server"][1])),
            (b"x-powered-by", b"secret"),
            (b"server-timing", b"db;dur=53"),
            (b"set-cookie", b"session=1"),
            (b"x-request-id", b"from-the-service"),
        ]
        await reply(send, 200, json.dumps(document).encode(), headers)

    async def _problem(self, _scope: Any, receive: Any, send: Any) -> None:
        await whole_body(receive)
        body = json.dumps(PROBLEM, ensure_ascii=False).encode()
        await reply(send, 409, body, [(b"content-type", b"application/problem+json"), (b"retry-after", b"9")])

    async def _broken(self, _scope: Any, receive: Any, send: Any) -> None:
        self.seen.append({})
        await whole_body(receive)
        await reply(send, 500, b"Internal Server Error", [(b"content-type", b"text/plain")])

    async def _calendar_ics(self, _scope: Any, _receive: Any, send: Any) -> None:
        await reply(send, 200, ICALENDAR, [(b"content-type", b"text/calendar; charset=utf-8")])

    async def _report_xlsx(self, _scope: Any, _receive: Any, send: Any) -> None:
        name = b"attachment; filename*=UTF-8''%E6%8A%A5%E8%A1%A8.xlsx"
        await reply(send, 200, XLSX, [(b"content-disposition", name), (b"content-type", b"application/zip")])

    async def _stream(self, _scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        for number in range(3):
            await send({"type": "http.response.body", "body": b"part %d\n" % number, "more_body": True})
            await asyncio.sleep(0.15)
        await send({"type": "http.response.body", "body": b"end"})

    async def _cut(self, _scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})

    async def _hang(self, scope: Any, receive: Any, _send: Any) -> None:
        self.seen.append({"headers": scope["headers"]})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.abandoned.set()


class LosesConnections:
    """A server that reads a request and hangs up; `first_only` answers from the second on."""

    def __init__(self) -> None:
        self.requests = 0
        self.first_only = False

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        if self.first_only and self.requests > 1:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()


async def whole_body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def reply(send: Any, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


class Servers:
    """Servers on one event loop in a thread of their own, so that tests are plain blocking clients."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._running: list[tuple[uvicorn.Server, Any]] = []

    def serve(self, config: uvicorn.Config) -> int:
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        done = asyncio.run_coroutine_threadsafe(server._serve(), self._loop)
        while not server.started and not done.done():
            time.sleep(0.005)
        if done.done():
            done.result()
        self._running.append((server, done))
        return server.servers[0].sockets[0].getsockname()[1]

    def serve_raw(self, handle: Any) -> int:
        starting = asyncio.start_server(handle, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(5)
        return server.sockets[0].getsockname()[1]

    def app(self, app: Any, lifespan: str = "off") -> int:
        return self.serve(uvicorn.Config(app, port=0, lifespan=lifespan, log_config=None, ws="none"))  # type: ignore[arg-type]

    def close(self) -> None:
        for server, _ in self._running:
            server.should_exit = server.force_exit = True
        for _, done in self._running:
            done.result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


@dataclass
class Rig:
    """`base` is the proxy's address; funds loses connections, nobody listens where vouchers should be."""

    base: str
    port: int
    window: Window
    upstream: Upstream
    loser: LosesConnections

    def authorization(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.window.access_token(**claims)}"}


@contextmanager
def running(directory: Path, **overrides: Any) -> Iterator[Rig]:
    """A whole rig with its own proxy; `overrides` are settings."""
    window, upstream, loser = Window(), Upstream(), LosesConnections()
    key_file = directory / "workload.pem"
    key_file.write_bytes(window.workload_key.as_pem(private=True))
    servers = Servers()
    try:
        behind = servers.app(upstream)
        values = {
            "window_url": f"http://127.0.0.1:{servers.app(window)}",
            "registry_url": f"http://127.0.0.1:{behind}",
            "events_url": f"http://127.0.0.1:{behind}",
            "funds_url": f"http://127.0.0.1:{servers.serve_raw(loser.handle)}",
            "vouchers_url": "http://127.0.0.1:1",
            "public_url": ISSUER,
            "workload_key_file": key_file,
            "port": 0,
        }
        settings = ProxySettings(**(values | overrides))
        port = servers.serve(server_config(Proxy(settings), settings))
        yield Rig(f"http://127.0.0.1:{port}", port, window, upstream, loser)
    finally:
        servers.close()


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])
