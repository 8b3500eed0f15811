"""Timers fire once, in city time, in the transaction of their handler, and when a sandbox's clock is moved."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from devtools.databases import Database
from kernel import clock
from kernel.app import create_app
from kernel.settings import ServiceSettings
from kernel.timers import Timer, cancel, schedule
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
SANDBOX = "320300-00000001"
fired: list[str] = []
failures = 0


async def on_due(_session: AsyncSession, timer: Timer) -> None:
    global failures  # noqa: PLW0603
    if failures:
        failures -= 1
        raise RuntimeError("not yet")
    fired.append(timer.object_id)


def build(settings: ServiceSettings, *, keys: object = None) -> FastAPI:
    return create_app(settings, title="Timers", routers=[], timers={"due": on_due}, keys=keys)  # type: ignore[arg-type]


@pytest.fixture
async def process(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Process]:
    global failures  # noqa: PLW0603
    failures = 0
    fired.clear()
    async with running(build, "window", database("window"), tmp_path) as process:
        async with process.app.state.sessions() as session, session.begin():
            await session.execute(delete(Timer))
        opened = {
            "city_code": SANDBOX,
            "pack_id": "xuzhou",
            "name_zh": "沙箱",
            "name_en": "Sandbox",
            "is_sandbox": True,
        }
        await process.tell("city.opened", opened, city=SANDBOX)
        yield process


async def set_timer(process: Process, name: str, after: timedelta) -> None:
    async with process.app.state.sessions() as session, session.begin():
        await schedule(session, kind="due", object_id=name, city_code=SANDBOX, due_at=clock.now(SANDBOX) + after)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_timer_that_is_due_fires_once(process: Process) -> None:
    await set_timer(process, "now", timedelta())
    await until(lambda: fired)
    await asyncio.sleep(0.2)
    assert fired == ["now"]


async def test_a_timer_of_next_week_fires_when_the_clock_is_moved_there(process: Process) -> None:
    await set_timer(process, "next week", timedelta(days=7))
    await asyncio.sleep(0.2)
    assert fired == []
    outcome = await process.tell("city.clock_moved", {"city_code": SANDBOX, "offset_seconds": 8 * 86400}, city=SANDBOX)
    assert outcome["outcome"] == "done"
    await until(lambda: fired)
    assert fired == ["next week"]


async def test_a_cancelled_timer_does_not_fire_and_a_rolled_back_one_never_was(process: Process) -> None:
    await set_timer(process, "cancelled", timedelta(seconds=1))
    async with process.app.state.sessions() as session, session.begin():
        await cancel(session, kind="due", object_id="cancelled")
    async with process.app.state.sessions() as session:
        await schedule(session, kind="due", object_id="rolled back", city_code=SANDBOX, due_at=clock.now(SANDBOX))
        await session.rollback()
    await asyncio.sleep(1.5)
    assert fired == []


async def test_a_handler_that_fails_is_tried_again(process: Process) -> None:
    global failures  # noqa: PLW0603
    failures = 1
    await set_timer(process, "again", timedelta())
    await until(lambda: fired)
    assert fired == ["again"]
