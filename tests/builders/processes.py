"""A process under test: its app over a real database, called through ASGI by callers with signed identities."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from contracts.subscriptions import SUBSCRIPTIONS
from devtools.databases import Database
from kernel import clock
from kernel.ids import new_id
from kernel.settings import ServiceSettings
from tests.builders.identity import ISSUER, XUZHOU, Signer, key_file

REPRESENTING = ("events", "funds", "vouchers", "window")  # who asks the registry whom a portal acts for


@dataclass
class Process:
    """`app` runs with its lifespan; `as_` gives a client for a caller."""

    app: FastAPI
    service: str
    signer: Signer
    represented: dict[str, Any] = field(default_factory=dict)

    def client(self, **headers: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://service.test", headers=headers)

    def as_(self, subject: str, *roles: str, **identity: Any) -> httpx2.AsyncClient:
        """A client for `subject` with the scopes of `roles`; `city`, `organisation`, `scopes` as in Signer.token.

        A portal is bound to no organisation: `organisation` is the one, or several in a tuple, of which the registry
        says that it acts for them.
        """
        if "portal" in roles and self.service in REPRESENTING:
            self.represented[subject] = identity.pop("organisation", None)
        token = self.signer.token(self.service, subject, roles=roles, **identity)
        return self.client(Authorization=f"Bearer {token}")

    async def tell(
        self, kind: str, data: dict[str, Any], *, city: str = XUZHOU, subject: str = "s", **more: Any
    ) -> Any:
        """Deliver an event as the relay of the process that tells such events would; answers its outcome."""
        moment = "2026-11-22T02:00:00Z"
        event = {
            "id": str(new_id()), "type": kind, "city_code": city, "subject": subject, "position": 1,
            "occurred_at": moment, "recorded_at": moment, "actor": None, "request_id": None, "data": data,
        } | more  # fmt: skip
        async with self.as_(f"workload:{teller_of(kind, to=self.service)}", "workload") as client:
            answer = await client.post("/internal/events", json={"events": [event]})
        assert answer.status_code == 200, answer.text
        return answer.json()["results"][0]


def teller_of(kind: str, *, to: str) -> str:
    """Who tells `to` about events of this kind; the window when nobody does."""
    told = {teller: subscribers.get(to, frozenset()) for teller, subscribers in SUBSCRIPTIONS.items()}
    return next((teller for teller, kinds in told.items() if {kind, "*"} & kinds), "window")


def settings_for(service: str, database: Database, folder: Path, **more: Any) -> dict[str, Any]:
    """Settings of a process in a test; another process it calls does not exist unless an address is given."""
    nowhere = {f"{name}_url": "http://127.0.0.1:9" for name in ("window", "registry", "vouchers", "funds", "events")}
    return nowhere | {
        "service": service,
        "database_url": database.runtime_url,
        "public_url": ISSUER,
        "workload_key_file": key_file(folder),
        "cursor_secret": "c" * 32,
        "relay_enabled": False,
        **more,
    }


@contextmanager
def machine_set_to(instant: datetime) -> Iterator[None]:
    """The machine's clock starts at `instant` and goes on: what a test sees does not depend on the day it runs."""
    real_now = clock.real_now
    behind = real_now() - instant
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "real_now", lambda: real_now() - behind)
        yield


@asynccontextmanager
async def running(
    build: Callable[..., FastAPI], service: str, database: Database, folder: Path, *, settings: Any = None, **more: Any
) -> AsyncIterator[Process]:
    """Run `build(settings, keys=…)`, as every process's main module has it, over the database of this test module."""
    clock._offsets.clear()  # a process that starts knows no clocks yet
    signer = Signer()
    kind = settings or ServiceSettings
    app = build(kind(**settings_for(service, database, folder, **more)), keys=signer.keys)
    async with app.router.lifespan_context(app):
        yield Process(app, service, signer)
