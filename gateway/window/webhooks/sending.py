"""Sends the feed to webhooks in the background: to each one entry after the other, with no transaction open meanwhile.

A webhook is leased for longer than a try may last; what was sent is kept after each try, so a process that ends leaves
at most one entry to be sent twice, with the same webhook-id.
"""

import asyncio
import random
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from operator import itemgetter
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import structlog
from fastapi import FastAPI
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.asking import representing
from gateway.window.feed.api import shown
from gateway.window.feed.models import FeedEntry
from gateway.window.feed.queries import entries_after
from gateway.window.identity.models import Client
from gateway.window.identity.service import principal_of_client
from gateway.window.settings import WindowSettings
from gateway.window.webhooks.models import Webhook, WebhookDelivery
from gateway.window.webhooks.patience import Patience
from gateway.window.webhooks.service import newest_position
from gateway.window.webhooks.standard import (
    TAKEN,
    asked_wait,
    is_reachable,
    next_try,
    secret_of,
    signatures,
    status_after_failure,
)
from gateway.window.webhooks.states import Outcome, Status
from kernel import clock, context
from kernel.app import meanwhile
from kernel.auth import Caller
from kernel.db import UNREACHABLE
from kernel.ids import new_id
from kernel.neighbours import neighbour
from kernel.problems import Problem
from kernel.sandboxes import is_sandbox
from kernel.schemas import json_value
from kernel.strict_json import canonical

IDLE_SECONDS = 1
TRY_SECONDS = 10
# A page ends after the entry that passes it: with all slots taken, who takes slowly keeps one no longer.
PAGE_SECONDS = 10
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=30)
PAGE = 50
AT_ONCE = 20
# A name whose servers are silent holds a thread for longer than a try: never one that others look up names with.
_LOOKUPS = ThreadPoolExecutor(AT_ONCE * 2, thread_name_prefix="webhook-names")
log = structlog.get_logger()


def private_allowed(settings: WindowSettings, city_code: str) -> bool:
    """A developer's own machine may be told, of a sandbox, where the instance allows it."""
    return settings.webhook_private_targets and is_sandbox(city_code)


def http_client(transport: httpx2.AsyncBaseTransport | None = None) -> httpx2.AsyncClient:
    """For a page: connections are kept by address, and another webhook's name may lead to the same one.

    A cookie that the receiver sets is not kept.
    """
    return httpx2.AsyncClient(
        verify=_authorities(),
        transport=transport,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        trust_env=False,
        timeout=TRY_SECONDS,
    )


@cache
def _authorities() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A webhook with something to be told, and whose it is."""

    id: UUID
    client_id: str


@asynccontextmanager
async def sending(app: FastAPI) -> AsyncIterator[None]:
    """A part of the window: sends for as long as the process runs, where it tells anybody anything."""
    if not app.state.settings.relay_enabled:
        yield
        return
    async with meanwhile(Sending(app).run()):
        yield


class Sending:
    """The pages this process has under way, each in a task of its own: who takes slowly delays only itself."""

    def __init__(self, app: FastAPI, connect: Callable[[], httpx2.AsyncClient] = http_client) -> None:
        self._app, self._connect = app, connect
        self._pages: dict[asyncio.Task[bool], _Waiting] = {}
        self._patience = Patience()
        self._told = False

    async def run(self) -> None:
        """Until cancelled. Of failures in a row only the first is told at length."""
        try:
            while True:
                went_on = await self._guarded(self._go_on())
                if not went_on:
                    await asyncio.sleep(IDLE_SECONDS)
        finally:
            for page in self._pages:
                page.cancel()
            await asyncio.gather(*self._pages, return_exceptions=True)

    async def begin(self) -> bool:
        """A page to each webhook that waits, as far as there are slots. Whether any is under way."""
        context.enter(context.background(actor="webhooks"))
        free = AT_ONCE - len(self._pages)
        if free:
            async with self._app.state.sessions() as session, session.begin():
                waiting = await _waiting(session, list(self._pages.values()), self._patience)
            for one in waiting[:free]:
                page = self._guarded(_send_page(self._app, self._connect, one, self._patience))
                self._pages[asyncio.create_task(page)] = one
        return bool(self._pages)

    async def some_end(self) -> bool:
        """Until a page ends, or it is time to look who waits by now. Whether there is more to do at once."""
        if not self._pages:
            return False
        ended, _ = await asyncio.wait(self._pages, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for page in ended:
            del self._pages[page]
        return not ended or any(page.result() for page in ended)

    async def _go_on(self) -> bool:
        await self.begin()
        self._told = False
        return await self.some_end()

    async def _guarded(self, work: Coroutine[Any, Any, bool]) -> bool:
        """What cannot be sent to one must not end the sending to others."""
        try:
            return await work
        except (*UNREACHABLE, Problem) as error:  # a problem is the registry's, which does not answer
            log.warning("webhooks.interrupted", kind=type(error).__name__, exc_info=not self._told)
            self._told = True
        except Exception:
            log.exception("webhooks.failed")
        return False


async def _waiting(session: AsyncSession, under_way: list[_Waiting], patience: Patience) -> list[_Waiting]:
    """Who is to be told something, in the order of slots: nobody has a second one while others have none."""
    now = clock.real_now()
    active = select(Webhook.id, Webhook.client_id, Webhook.city_code, Webhook.position).where(
        Webhook.status == Status.ACTIVE,
        Webhook.id.not_in([one.id for one in under_way]),
        Webhook.client_id.not_in(patience.waiting(now)),
        or_(Webhook.next_at.is_(None), Webhook.next_at <= now),
        or_(Webhook.leased_until.is_(None), Webhook.leased_until < now),
    )
    rows = list((await session.execute(active)).all())
    newest = {code: await newest_position(session, code) for code in sorted({row.city_code for row in rows})}
    found = [_Waiting(row.id, row.client_id) for row in rows if row.position < newest[row.city_code]]
    return _fairly(found, Counter(one.client_id for one in under_way))


def _fairly(found: list[_Waiting], taken: Counter[str]) -> list[_Waiting]:
    """By how many slots the client would have with it; of equals any."""
    random.shuffle(found)
    ranked: list[tuple[int, _Waiting]] = []
    for one in found:
        taken[one.client_id] += 1
        ranked.append((taken[one.client_id], one))
    return [one for _, one in sorted(ranked, key=itemgetter(0))]


@dataclass(slots=True)
class _Leased:
    """What a page needs of a webhook; `secrets` are those that sign now.

    `until` says which lease it is: it moves with each entry that is taken, and whoever leases anew has another.
    """

    id: UUID
    city_code: str
    url: str
    types: frozenset[str]
    secrets: list[str]
    private_allowed: bool
    until: datetime

    def wants(self, entry: FeedEntry) -> bool:
        """Whether its types are all, or name this one's."""
        return not self.types or entry.type in self.types


async def _send_page(
    app: FastAPI, connect: Callable[[], httpx2.AsyncClient], waiting: _Waiting, patience: Patience
) -> bool:
    async with app.state.sessions() as session, session.begin():
        caller = _caller(await session.get_one(Client, waiting.client_id))
    try:
        caller = await representing(caller, neighbour(app, "registry"))
    except Problem:
        patience.asked_in_vain(waiting.client_id, now=clock.real_now(), jitter=_jitter())
        raise
    patience.answered(waiting.client_id)
    async with app.state.sessions() as session, session.begin():
        leased, entries, reached = await _lease(session, waiting.id, caller, app.state.settings)
    if leased is None:
        return False
    async with connect() as http:
        taken_to = await _tell_each(app, http, leased, [one for one in entries if leased.wants(one)], reached)
    if taken_to is None:
        return False
    async with app.state.sessions() as session, session.begin():
        # Without this very lease it was set back meanwhile, and stays there.
        held = update(Webhook).where(Webhook.id == leased.id, Webhook.leased_until == leased.until)
        await session.execute(held.values(position=func.greatest(Webhook.position, taken_to), leased_until=None))
    return True


async def _tell_each(
    app: FastAPI, http: httpx2.AsyncClient, leased: _Leased, entries: list[FeedEntry], reached: int
) -> int | None:
    """Where the page ends: `reached`, or 0 when its time is over. None once something was not taken."""
    started = perf_counter()
    for entry in entries:
        answered = await _tell(http, leased, entry)
        async with app.state.sessions() as session, session.begin():
            if not await _keep(session, leased, entry, answered):
                return None
        if perf_counter() - started > PAGE_SECONDS:
            return 0  # no further than what was taken
    return reached


async def _lease(
    session: AsyncSession, webhook_id: UUID, caller: Caller, settings: WindowSettings
) -> tuple[_Leased | None, list[FeedEntry], int]:
    now = clock.real_now()
    row = await session.get(Webhook, webhook_id, with_for_update={"skip_locked": True})
    if row is None or row.status is not Status.ACTIVE or (row.leased_until is not None and row.leased_until >= now):
        return None, [], 0
    client = await session.get(Client, row.client_id)
    if client is None or not client.active:
        row.status, row.next_at = Status.GONE, None
        return None, [], 0
    row.leased_until = until = now + LEASE
    await session.execute(
        delete(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id, WebhookDelivery.recorded_at < now - KEPT)
    )
    entries, reached, _ = await entries_after(session, caller, after=row.position, limit=PAGE)
    living = [row.generation]
    if row.previous_until is not None and row.previous_until > now:
        living.append(row.generation - 1)
    secrets = [secret_of(settings.cursor_secret, str(row.id), generation) for generation in living]
    allowed = private_allowed(settings, row.city_code)
    return _Leased(row.id, row.city_code, row.url, frozenset(row.types), secrets, allowed, until), entries, reached


def _caller(client: Client) -> Caller:
    known = principal_of_client(client)
    cities = (known.city_code,)
    return Caller(known.subject, known.organisation_id, frozenset(known.roles), known.scopes, cities)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What became of a try; `asked` is how long the receiver wants to be left alone."""

    outcome: Outcome
    code: int | None = None
    asked: timedelta = timedelta()
    milliseconds: int = 0


async def _tell(http: httpx2.AsyncClient, leased: _Leased, entry: FeedEntry) -> _Answered:
    started = perf_counter()
    answered = await _try(http, leased, entry)
    return replace(answered, milliseconds=int((perf_counter() - started) * 1_000))


async def _try(http: httpx2.AsyncClient, leased: _Leased, entry: FeedEntry) -> _Answered:
    data = json_value(shown(entry))
    body = canonical({"type": entry.type, "timestamp": data["occurred_at"], "data": data})
    event_id, now = str(entry.event_id), int(clock.real_now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "window-webhooks",
        "webhook-id": event_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signatures(leased.secrets, event_id, now, body),
    }
    try:
        async with asyncio.timeout(TRY_SECONDS):
            address = await _address(leased)
            if address is None:
                return _Answered(Outcome.NOT_ALLOWED)
            answer = await http.send(_pinned(http, leased.url, address, headers, body), stream=True)
            code = int(answer.status_code)
            asked = asked_wait(code, answer.headers.get("retry-after"), now=clock.real_now())
            await answer.aclose()  # what else it says is not read
    except (httpx2.HTTPError, OSError, ValueError):  # a timeout is an OSError
        return _Answered(Outcome.UNREACHABLE)
    return _Answered(Outcome.TAKEN if code in TAKEN else Outcome.REFUSED, code, asked)


async def _address(leased: _Leased) -> str | None:
    """Where the name leads now; None when any of its addresses is one we do not call."""
    parts = urlsplit(leased.url)
    ask = partial(socket.getaddrinfo, parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_LOOKUPS, ask)
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    allowed = addresses and all(is_reachable(one, private_allowed=leased.private_allowed) for one in addresses)
    return addresses[0] if allowed else None


def _pinned(http: httpx2.AsyncClient, url: str, address: str, headers: dict[str, str], body: bytes) -> httpx2.Request:
    """The request to the very address that was judged, so that a name cannot lead elsewhere a moment later."""
    parts = urlsplit(url)
    host = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    return http.build_request(
        "POST",
        parts._replace(netloc=host + port).geturl(),
        headers=headers | {"Host": parts.netloc},
        content=body,
        extensions={"sni_hostname": parts.hostname},
    )


async def _keep(session: AsyncSession, leased: _Leased, entry: FeedEntry, answered: _Answered) -> bool:
    """Write down what became of the try. Whether the next entry may follow."""
    now = clock.real_now()
    row = await session.get(Webhook, leased.id, with_for_update=True)
    position = entry.position or 0
    if row is None or row.status is not Status.ACTIVE or row.leased_until != leased.until:
        return False  # removed, set back or leased anew meanwhile: whoever did goes on from there
    session.add(
        WebhookDelivery(
            id=new_id(),
            city_code=leased.city_code,
            webhook_id=row.id,
            event_id=entry.event_id,
            type=entry.type,
            position=position,
            attempt=row.tries + 1,
            outcome=answered.outcome,
            status_code=answered.code,
            milliseconds=answered.milliseconds,
            sent_at=now,
        )
    )
    if answered.outcome is Outcome.TAKEN:
        row.position, row.tries, row.failing_since, row.next_at = position, 0, None, None
        row.leased_until = leased.until = now + LEASE
        return True
    row.tries += 1
    row.failing_since = row.failing_since or now
    row.status = status_after_failure(answered.code, failing_since=row.failing_since, now=now)
    again = next_try(row.tries, now=now, jitter=_jitter(), asked=answered.asked)
    row.next_at = again if row.status is Status.ACTIVE else None
    row.leased_until = None
    return False


def _jitter() -> timedelta:
    return timedelta(milliseconds=random.randrange(1_000))  # noqa: S311
