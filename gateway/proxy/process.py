"""The proxy as an ASGI application: its parts are opened at startup and closed at shutdown."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
import prometheus_client

from gateway.proxy.admission import Admission
from gateway.proxy.app import DataPlane
from gateway.proxy.identities import Identities
from gateway.proxy.keyring import KeyRing
from gateway.proxy.quotas import Policy, Quotas
from gateway.proxy.settings import ProxySettings
from gateway.proxy.tokens import TokenChecker
from gateway.proxy.upstreams import Upstreams
from gateway.proxy.wiring import Receive, Scope, Send, milliseconds
from kernel import clock, logs, telemetry
from kernel.workload import WorkloadTokens, load_key


def unix_seconds() -> int:
    """For tokens, which carry whole seconds."""
    return int(clock.real_now().timestamp())


class Proxy:
    """The ASGI application."""

    def __init__(self, settings: ProxySettings) -> None:
        self._settings = settings
        self._plane: DataPlane | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._plane is not None:
            await self._plane.serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with opened(self._settings) as plane:
            self._plane = plane
            # The imported heap never becomes garbage; scanning it makes pauses of tens of milliseconds.
            gc.collect()
            gc.freeze()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@asynccontextmanager
async def opened(settings: ProxySettings) -> AsyncIterator[DataPlane]:
    """The data plane with its clients open."""
    logs.configure(settings.service)
    telemetry.configure(settings)
    async with AsyncExitStack() as stack:
        own_http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
        upstreams = Upstreams(settings)
        stack.callback(upstreams.close)
        workload = WorkloadTokens(
            own_http,
            service=settings.service,
            key=load_key(settings.workload_key_file),
            window_url=settings.url_of("window"),
            issuer=settings.public_url,
        )

        async def published_keys() -> dict[str, Any]:
            answer = await own_http.get(f"{settings.url_of('window')}/.well-known/jwks.json", timeout=5)
            document: dict[str, Any] = answer.raise_for_status().json()
            return document

        keys = KeyRing(published_keys, milliseconds)
        checker = TokenChecker(keys, issuer=settings.public_url, clock=unix_seconds)
        identities = Identities(own_http, settings.url_of("window"), workload, unix_seconds)
        admission = Admission(checker, identities, *_quotas(settings))
        if settings.metrics_port is not None:
            server, _thread = prometheus_client.start_http_server(settings.metrics_port, settings.metrics_host)
            stack.callback(server.shutdown)
        yield DataPlane(settings, admission=admission, upstreams=upstreams, is_ready=keys.load)


def _quotas(settings: ProxySettings) -> tuple[Quotas, Quotas]:
    seconds = settings.quota_window_seconds
    return (
        Quotas(Policy.of("client", settings.client_quota, seconds)),
        Quotas(Policy.of("anonymous", settings.anonymous_quota, seconds)),
    )
