"""Timers fire once, in city time, in the transaction of their handler, and when a sandbox's clock is moved."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from devtools.databases import Database
from kernel import clock, maintenance, measuring, timers
from kernel.app import create_app, meanwhile
from kernel.idempotency import StoredAnswer
from kernel.ids import new_id
from kernel.settings import ServiceSettings
from kernel.timers import Timer, cancel, schedule, schedule_all
from tests.builders.counting import statements
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
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


@pytest.fixture(scope="module")
async def process(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timers, "LOOK_SECONDS", 1)
        patch.setattr(measuring, "EVERY_SECONDS", 1)
        async with running(build, "window", database("window"), tmp_path_factory.mktemp("timers")) as process:
            yield process


@pytest.fixture
async def sandbox(process: Process) -> str:
    """Of each test its own, with a clock nobody has moved; no timer is left of the tests before."""
    global failures  # noqa: PLW0603
    failures = 0
    fired.clear()
    async with process.app.state.sessions() as session, session.begin():
        await session.execute(delete(Timer))
    city = f"320300-{new_id().hex[-8:]}"
    opened = {"city_code": city, "pack_id": "xuzhou", "name_zh": "沙箱", "name_en": "Sandbox", "is_sandbox": True}
    await process.tell("city.opened", opened, city=city)
    return city


async def set_timer(process: Process, city: str, name: str, after: timedelta = timedelta()) -> None:
    async with process.app.state.sessions() as session, session.begin():
        await schedule(session, kind="due", object_id=name, city_code=city, due_at=clock.now(city) + after)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.02)


async def test_many_are_set_together_and_set_anew(process: Process, sandbox: str) -> None:
    now = clock.now(sandbox)
    few, many = ([("due", f"{size}-{n}") for n in range(size)] for size in (2, 20))
    async with process.app.state.sessions() as session, session.begin():
        later = [dict.fromkeys(names, now + timedelta(days=1)) for names in (few, many)]
        counts = [await statements(process, schedule_all(session, due, city_code=sandbox)) for due in later]
        assert counts[0] == counts[1]
        await schedule_all(session, dict.fromkeys([*few, many[0]], now), city_code=sandbox)
    await until(lambda: len(fired) == 3)
    assert sorted(fired) == ["2-0", "2-1", "20-0"]


async def test_a_timer_that_is_due_fires_once(process: Process, sandbox: str) -> None:
    await set_timer(process, sandbox, "now")
    await until(lambda: fired)
    await asyncio.sleep(0.2)
    assert fired == ["now"]


async def test_a_timer_of_next_week_fires_when_the_clock_is_moved_there(process: Process, sandbox: str) -> None:
    await set_timer(process, sandbox, "next week", timedelta(days=7))
    await asyncio.sleep(0.2)
    assert fired == []
    outcome = await process.tell("city.clock_moved", {"city_code": sandbox, "offset_seconds": 8 * 86400}, city=sandbox)
    assert outcome["outcome"] == "done"
    await until(lambda: fired)
    assert fired == ["next week"]


async def test_a_cancelled_timer_does_not_fire_and_a_rolled_back_one_never_was(process: Process, sandbox: str) -> None:
    await set_timer(process, sandbox, "cancelled", timedelta(seconds=1))
    async with process.app.state.sessions() as session, session.begin():
        await cancel(session, kind="due", object_id="cancelled")
    async with process.app.state.sessions() as session:
        await schedule(session, kind="due", object_id="rolled back", city_code=sandbox, due_at=clock.now(sandbox))
        await session.rollback()
    await set_timer(process, sandbox, "later", timedelta(seconds=1))
    await until(lambda: fired)
    await asyncio.sleep(0.2)
    assert fired == ["later"]


async def test_in_a_sandbox_that_was_closed_nothing_fires_any_more(process: Process, sandbox: str) -> None:
    await set_timer(process, sandbox, "of the closed", timedelta(days=7))
    other = f"{sandbox[:-1]}x"
    await set_timer(process, other, "of another", timedelta(days=7))
    assert (await process.tell("city.closed", {"city_code": sandbox}, city=sandbox))["outcome"] == "done"
    async with process.app.state.sessions() as session:
        assert list(await session.scalars(select(Timer.object_id))) == ["of another"]
    # A request that was under way, and one whose identity lives for its minute.
    await set_timer(process, sandbox, "late", -timedelta(minutes=1))
    await set_timer(process, other, "another's", timedelta(seconds=1))
    await until(lambda: fired)
    async with process.app.state.sessions() as session:
        left = await session.scalars(select(Timer.object_id).order_by(Timer.object_id))
        assert (fired, list(left)) == (["another's"], ["another's", "of another"])


async def test_a_timer_set_anew_keeps_one_wake_up(process: Process, sandbox: str) -> None:
    async with process.app.state.sessions() as session, session.begin():
        for after in (timedelta(), timedelta(days=7)):
            due_at = clock.now(sandbox) + after
            await schedule(session, kind="due", object_id="anew", city_code=sandbox, due_at=due_at)
        timer_id = await session.scalar(select(Timer.id).where(Timer.city_code == sandbox))
    jobs = text("SELECT execute_after > now() FROM pgqueuer WHERE payload = :payload ORDER BY 1")

    async def waiting() -> list[bool]:
        async with process.app.state.sessions() as session:
            return list(await session.scalars(jobs, {"payload": str(timer_id).encode()}))

    assert await waiting() == [False, True]
    async with asyncio.timeout(10):
        while not all(left := await waiting()):
            await asyncio.sleep(0.02)
    assert (left, fired) == ([True], [])


async def test_a_handler_that_fails_is_tried_again(process: Process, sandbox: str) -> None:
    global failures  # noqa: PLW0603
    failures = 1
    await set_timer(process, sandbox, "again")
    await until(lambda: fired)
    assert (fired, failures) == (["again"], 0)


async def test_what_was_kept_long_enough_is_forgotten_batch_by_batch(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "FORGET_MOST", 2)
    monkeypatch.setattr(maintenance, "CLOCKS_EVERY_SECONDS", 0.01)
    sessions, now = process.app.state.sessions, clock.real_now()
    columns = "created, job_id, status, priority, entrypoint"
    log = text(f"INSERT INTO pgqueuer_log ({columns}) VALUES (:at, 0, 'failed', 0, 'x')")
    async with sessions() as session, session.begin():
        for days in (31, 32, 33, 34, 35, 13):
            at = now - timedelta(days=days)
            await session.execute(log, {"at": at})
            answer = {"fingerprint": b"f", "caller": "portal", "status": 201, "headers": {}, "body": b""}
            session.add(StoredAnswer(scope=bytes([days]), recorded_at=at, **answer))
    kept = text(
        "SELECT (SELECT count(*) FROM pgqueuer_log WHERE entrypoint = 'x'),"
        " (SELECT count(*) FROM idempotency_key WHERE recorded_at < :now)"
    )
    batches = [await maintenance._forget_some(sessions, one) for one in maintenance.FORGETTING for _ in range(2)]
    async with sessions() as session:
        assert (batches, list(await session.execute(kept, {"now": now}))) == ([True] * 4, [(2, 2)])
    async with meanwhile(maintenance.maintain(sessions)), asyncio.timeout(10), sessions() as session:
        while list(await session.execute(kept, {"now": now})) != [(1, 1)]:
            await asyncio.sleep(0.02)


async def test_a_job_nobody_did_in_time_is_counted_for_whoever_watches(process: Process, sandbox: str) -> None:
    global failures  # noqa: PLW0603
    failures = 1_000
    await set_timer(process, sandbox, "late", -timedelta(minutes=11))
    await set_timer(process, sandbox, "not yet late", -timedelta(minutes=9))
    await until(lambda: REGISTRY.get_sample_value("timers_overdue") == 1)
