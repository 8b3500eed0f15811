"""The app factory: every service is its routers, consumers and timers over this."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
from fastapi import APIRouter, FastAPI

from kernel import cities, failures, health, logs, metrics, migrating, telemetry
from kernel.auth import IDENTITY_TYPE
from kernel.client import ServiceClient
from kernel.db import make_engine, make_sessions
from kernel.dispatch import Dispatch
from kernel.identity import Keys, RemoteKeys, TokenVerifier
from kernel.inbox import Consumer, Subscriptions, inbox_router
from kernel.maintenance import know_the_time, maintain
from kernel.measuring import measure
from kernel.middleware import RequestMiddleware
from kernel.relay import Relay
from kernel.settings import ServiceSettings
from kernel.timers import TimerHandler, TimerRunner
from kernel.workload import WorkloadTokens, load_key

Part = Callable[[FastAPI], Any]
"""Something of a service that lives as long as the process: takes the app, returns an async context manager."""


def create_app(
    settings: ServiceSettings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    subscriptions: Subscriptions | None = None,
    consumers: Mapping[str, Consumer] | None = None,
    timers: Mapping[str, TimerHandler] | None = None,
    parts: Sequence[Part] = (),
    keys: Keys | None = None,
) -> FastAPI:
    """An app with health, problems, transactions, identities, event exchange and timers.

    `subscriptions`: who tells whom which event types; nobody is believed beyond it. `keys`: where identities are
    verified with (the window's own keys in the window, its JWKS everywhere else).
    """
    told_by_us = (subscriptions or {}).get(settings.service, {})
    app = FastAPI(
        title=title,
        version=settings.version,
        lifespan=lambda app: _life(app, settings, told_by_us, timers or {}, parts, keys),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # 40 to 77 % of the rate; ours costs 9
    )
    app.state.settings = settings
    app.state.after_commit = lambda: None
    failures.install(app)
    told_to_us = {teller: told.get(settings.service, frozenset()) for teller, told in (subscriptions or {}).items()}
    inbox = inbox_router({**cities.CITY_CONSUMERS, **(consumers or {})}, tellers=told_to_us)
    for router in (health.routes, inbox, *routers):
        app.router.routes.extend(router.routes)  # included, each would be searched twice
    app.router.middleware_stack = Dispatch(app.router)
    app.add_middleware(
        RequestMiddleware, body_limit=settings.body_limit, span_sample_per_10000=settings.span_sample_per_10000
    )
    return app


@asynccontextmanager
async def _life(
    app: FastAPI,
    settings: ServiceSettings,
    subscribers: Mapping[str, frozenset[str]],
    timers: Mapping[str, TimerHandler],
    parts: Sequence[Part],
    keys: Keys | None,
) -> AsyncIterator[None]:
    logs.configure(settings.service)
    telemetry.configure(settings)
    async with AsyncExitStack() as stack:
        await _open_resources(app, settings, stack, keys)
        for part in parts:
            await stack.enter_async_context(part(app))
        relay = _relay(app, subscribers)
        app.state.after_commit = relay.wake
        await know_the_time(app.state.sessions)
        running = [
            asyncio.create_task(maintain(app.state.sessions)),
            asyncio.create_task(measure(app.state.sessions, subscribers)),
        ]
        if settings.relay_enabled:
            running.append(asyncio.create_task(relay.run()))
        if timers:
            runner = TimerRunner(settings.database_url, app.state.sessions, timers, relay.wake)
            running.append(asyncio.create_task(runner.run()))
        gc.collect()
        gc.freeze()  # generation-2 sweeps over the imported heap cost 60 to 90 ms each
        try:
            yield
        finally:
            await end(running)
            metrics.count_requests()


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel background tasks until they are over.

    Once is not always enough: a task group whose children fail at that moment, as all do when the database goes down
    together with us, raises their failures in the place of the cancellation.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1)


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do `work`, which ends by itself never, beside the block."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        await end([task])


async def _open_resources(app: FastAPI, settings: ServiceSettings, stack: AsyncExitStack, keys: Keys | None) -> None:
    state = app.state
    state.engine = make_engine(settings)
    stack.push_async_callback(state.engine.dispose)
    state.sessions = make_sessions(state.engine)
    limits = httpx2.Limits(max_connections=100, max_keepalive_connections=20)
    state.http = await stack.enter_async_context(httpx2.AsyncClient(limits=limits, trust_env=False))
    state.tokens = WorkloadTokens(
        state.http,
        service=settings.service,
        key=load_key(settings.workload_key_file),
        window_url=settings.window_url,
        issuer=settings.public_url,
    )
    state.verify_identity = TokenVerifier(
        keys or RemoteKeys(state.http, f"{settings.window_url}/.well-known/jwks.json"),
        issuer=settings.public_url,
        audience=settings.service,
        token_type=IDENTITY_TYPE,
    )
    state.checks = {"database": health.database_check(state, migrating.head(settings.service))}


def service_client(app: FastAPI, name: str) -> ServiceClient:
    """The typed client for another process of ours."""
    settings: ServiceSettings = app.state.settings
    return ServiceClient(app.state.http, app.state.tokens, audience=name, base_url=settings.url_of(name))


def _relay(app: FastAPI, subscribers: Mapping[str, frozenset[str]]) -> Relay:
    clients = {name: (service_client(app, name), wanted) for name, wanted in subscribers.items()}
    return Relay(app.state.engine, app.state.sessions, clients)
