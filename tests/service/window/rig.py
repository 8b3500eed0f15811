"""The window over its database, with a registry that knows a few organisations."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc.jwk import ECKey
from sqlalchemy import func, select

from devtools.databases import Database
from gateway.window.main import build
from gateway.window.policies.service import open_city_policy
from gateway.window.settings import WindowSettings
from kernel.ids import encode_id, new_id
from kernel.outbox import OutboxEvent
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import an_organisation, registry_of
from tests.builders.processes import Process, running

PORTAL, OTHER_PORTAL = "portal-1", "portal-2"
OURS, THEIRS, ELSEWHERE = UUID(int=1), UUID(int=2), UUID(int=3)
CASES = "/v1/window/cases"
ITEM = "recognise-key-makerspace"
TRIES, RETRYABLE = 10, 503
On = Callable[[date], None]


@asynccontextmanager
async def the_window(database: Database, folder: Path, **more: Any) -> AsyncIterator[Process]:
    for name in ("signing", "workloads"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "signing" / "1.pem").write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    special = {
        "signing_keys_dir": folder / "signing",
        "workload_public_keys_dir": folder / "workloads",
        "bootstrap_secret": "b" * 32,
        **more,
    }
    async with running(build, "window", database, folder, settings=WindowSettings, **special) as process:
        registry_of(
            process,
            an_organisation(1, registered_by=PORTAL),
            an_organisation(2, registered_by=OTHER_PORTAL),
            an_organisation(3, city="420100", registered_by=PORTAL),
        )
        yield process


async def a_city(process: Process, *, pack_id: str = "xuzhou") -> str:
    """A sandbox of its own for one test."""
    city = f"320300-{new_id().hex[-8:]}"
    async with process.app.state.sessions() as session, session.begin():
        await open_city_policy(session, city_code=city, pack_id=pack_id)
    registry_of(
        process,
        an_organisation(1, city=city, registered_by=PORTAL),
        an_organisation(2, city=city, registered_by=OTHER_PORTAL),
        an_organisation(3, city="420100", registered_by=PORTAL),
    )
    return city


def a_form(**changed: Any) -> dict[str, Any]:
    form = {
        "carrier_name": "云龙湖众创空间",
        "carrier_kind": "makerspace",
        "level": "municipal",
        "floor_area": 2200,
        "tenants": 25,
        "operating_months": 18,
        "full_time_staff": 6,
        "mentors": 8,
    } | changed
    return {name: value for name, value in form.items() if value is not None}


def an_application(
    *, applicant: UUID = OURS, item: str = ITEM, documents: Iterable[str] = (), **form: Any
) -> dict[str, Any]:
    return {
        "item": item,
        "applicant_id": encode_id("org", applicant),
        "form": a_form(**form),
        "documents": [{"kind": kind, "reference": f"files/{kind}.pdf"} for kind in documents],
    }


def key(text: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": text or new_id().hex}


async def a_case(process: Process, city: str, **application: Any) -> dict[str, Any]:
    """A case handed in by a portal that does as it is told: an answer marked retryable is asked for again."""
    same_key = key()
    async with process.as_(PORTAL, "portal", city=city, seconds=120) as portal:
        for _ in range(TRIES):
            answer = await portal.post(CASES, json=an_application(**application), headers=same_key)
            if answer.status_code != RETRYABLE:
                break
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


async def set_values(process: Process, city: str, **values: Any) -> dict[str, Any]:
    """An operator proposes and an officer approves, for pending cases too."""
    body = {
        "values": [
            {"parameter": name.replace("__", "."), "value": value, "applies_to_pending": True}
            for name, value in values.items()
        ],
        "reason": "市政府会议纪要第3号",
    }
    path = f"/v1/window/policies/{city}"
    async with process.as_("person:operator", "operator", city=city) as operator:
        proposed = await operator.post(f"{path}/parameters", json=body)
    assert proposed.status_code == 201, proposed.text
    async with process.as_("person:officer-2", "officer", city=city) as officer:
        approved = await officer.post(f"{path}/changes/{proposed.json()['id']}/approval", json={})
    assert approved.status_code == 200, approved.text
    change: dict[str, Any] = approved.json()
    return change


async def told(process: Process, city: str, kind: str) -> list[OutboxEvent]:
    """Facts of a kind the window has made known in a city."""
    wanted = select(OutboxEvent).where(OutboxEvent.city_code == city, OutboxEvent.type == kind)
    async with process.app.state.sessions() as session:
        return list(await session.scalars(wanted.order_by(OutboxEvent.seq)))


async def count(process: Process, model: type[Any], city: str) -> int:
    async with process.app.state.sessions() as session:
        found = await session.scalar(select(func.count()).select_from(model).where(model.city_code == city))
        return int(found or 0)


LIVE = XUZHOU
