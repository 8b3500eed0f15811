"""Facts: positions without gaps, told at least once, taken once, in order per object; one poison stops only its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from unittest.mock import AsyncMock, patch

import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from pydantic import BaseModel
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from devtools.databases import Database
from kernel import clock, exchange
from kernel.app import create_app
from kernel.client import ServiceClient
from kernel.commands import Refused
from kernel.inbox import InboxEvent, Received
from kernel.outbox import BacklogEvent, OutboxEvent, SubscriberCursor, record
from kernel.relay import EVERYTHING, LOCK, TRIES_MAX, Reach, Relay, reach_of
from kernel.settings import ServiceSettings
from ledger.__main__ import verify
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
CITY = "320300"
GAUGES = ("relay_lag_events", "relay_backlog_events", "relay_parked_events")


class StepTaken(BaseModel):
    TYPE: ClassVar[str] = "step.taken"

    number: int
    poison: bool = False
    text: str = ""


taken: list[tuple[str, int]] = []
sick = True


async def on_step(_session: AsyncSession, event: Received[StepTaken]) -> None:
    if event.data.poison and sick:
        raise RuntimeError(f"cannot take this{event.data.text}")
    taken.append((event.envelope.subject, event.data.number))


def build(settings: ServiceSettings, *, keys: object = None) -> FastAPI:
    return create_app(settings, title="Steps", routers=[], consumers={StepTaken.TYPE: on_step}, keys=keys)  # type: ignore[arg-type]


def build_told(settings: ServiceSettings, *, keys: object = None) -> FastAPI:
    table = {"registry": {"window": frozenset({StepTaken.TYPE})}, "funds": {"window": frozenset({"other.kind"})}}
    return create_app(
        settings, title="Steps", routers=[], consumers={StepTaken.TYPE: on_step}, subscriptions=table, keys=keys,  # type: ignore[arg-type]
    )  # fmt: skip


def build_telling(settings: ServiceSettings, *, keys: object = None) -> FastAPI:
    table = {"window": {"events": frozenset({StepTaken.TYPE})}}
    return create_app(settings, title="Steps", routers=[], subscriptions=table, keys=keys)  # type: ignore[arg-type]


class OwnTokens:
    """Identities for the workload, straight from the test's signer."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def token(self, audience: str, _actor_token: str | None = None) -> str:
        return self._process.signer.token(audience, "workload:window", roles=["workload"])


@pytest.fixture(scope="module")
async def process(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with running(build, "window", database("window"), tmp_path_factory.mktemp("steps")) as process:
        yield process


@pytest.fixture
async def steps(process: Process) -> Process:
    """The process, of which nothing has been told yet."""
    global sick  # noqa: PLW0603
    sick = True
    taken.clear()
    async with process.app.state.sessions() as session, session.begin():
        for table in (OutboxEvent, BacklogEvent, SubscriberCursor, InboxEvent):
            await session.execute(delete(table))
    return process


def relay_of(process: Process, *, answering: bool = True) -> Relay:
    transport: httpx2.AsyncBaseTransport = httpx2.ASGITransport(app=process.app)
    if not answering:

        def refuse(_request: httpx2.Request) -> httpx2.Response:
            raise httpx2.ConnectError("down")

        transport = httpx2.MockTransport(refuse)
    client = ServiceClient(
        httpx2.AsyncClient(transport=transport),
        OwnTokens(process),
        audience="window",
        base_url="http://steps.test",  # type: ignore[arg-type]
    )
    return Relay(process.app.state.engine, process.app.state.sessions, {"steps": (client, frozenset({EVERYTHING}))})


async def take(process: Process, *steps_taken: tuple[str, StepTaken]) -> None:
    async with process.app.state.sessions() as session, session.begin():
        for subject, step in steps_taken:
            await record(session, step, city_code=CITY, subject=subject)


async def said(process: Process, command: Callable[..., AsyncIterator[str]], **arguments: str) -> list[str]:
    async with process.app.state.sessions() as session, session.begin():
        return [line async for line in command(session, **arguments)]


async def parked(process: Process) -> int:
    """How many events are parked; what waits is due at once."""
    async with process.app.state.sessions() as session, session.begin():
        await session.execute(update(BacklogEvent).values(next_try_at=clock.real_now() - timedelta(seconds=1)))
        return int(await session.scalar(select(func.count()).where(BacklogEvent.parked)) or 0)


async def run_until(relay: Relay, condition: Callable[[], object], seconds: int = 60) -> None:
    task = asyncio.create_task(relay.run())
    try:
        async with asyncio.timeout(seconds):
            while not (await found if asyncio.iscoroutine(found := condition()) else found):
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_positions_have_no_gaps_even_where_transactions_were_rolled_back(steps: Process) -> None:
    for number in range(6):
        async with steps.app.state.sessions() as session:
            await record(session, StepTaken(number=number), city_code=CITY, subject="a")
            await (session.commit() if number % 2 == 0 else session.rollback())
    await run_until(relay_of(steps), lambda: len(taken) == 3)
    async with steps.app.state.sessions() as session:
        positions = list(await session.scalars(select(OutboxEvent.position).order_by(OutboxEvent.position)))
    assert positions == [1, 2, 3]
    assert taken == [("a", 0), ("a", 2), ("a", 4)]


async def test_a_subscriber_that_was_down_is_told_everything_in_order(steps: Process) -> None:
    await take(steps, *[("a", StepTaken(number=n)) for n in range(150)])
    with pytest.raises(TimeoutError):
        await run_until(relay_of(steps, answering=False), lambda: taken, seconds=1)
    assert await said(steps, exchange.show) == ["steps: told 0, behind 150, waiting 0, parked 0"]
    await run_until(relay_of(steps), lambda: len(taken) == 150)
    assert taken == [("a", n) for n in range(150)]


async def test_what_is_too_much_for_one_request_goes_in_several_and_in_order(steps: Process) -> None:
    large = [("a", StepTaken(number=n, text="策" * 300_000)) for n in range(12)]
    await take(steps, *large, ("a", StepTaken(number=12, text="策" * 2_500_000)), ("b", StepTaken(number=13)))
    await run_until(relay_of(steps), lambda: len(taken) == 14)
    assert taken == [*(("a", n) for n in range(13)), ("b", 13)]


async def test_told_twice_taken_once(steps: Process) -> None:
    await take(steps, ("a", StepTaken(number=1)))
    await run_until(relay_of(steps), lambda: taken)
    async with steps.app.state.sessions() as session, session.begin():
        await session.execute(update(SubscriberCursor).values(position=0))
    relay = relay_of(steps)

    async def cursor_is_back() -> bool:
        async with steps.app.state.sessions() as session:
            return bool(await session.scalar(select(SubscriberCursor.position)))

    await run_until(relay, cursor_is_back)
    assert taken == [("a", 1)]


async def test_a_poison_event_holds_back_its_object_alone_and_is_taken_when_it_can_be(steps: Process) -> None:
    global sick  # noqa: PLW0603
    await take(
        steps,
        ("sick", StepTaken(number=1, poison=True)),
        ("sick", StepTaken(number=2)),
        ("well", StepTaken(number=3)),
    )
    await run_until(relay_of(steps), lambda: ("well", 3) in taken)
    assert taken == [("well", 3)]
    sick = False
    async with steps.app.state.sessions() as session, session.begin():
        await session.execute(update(BacklogEvent).values(next_try_at=clock.real_now() - timedelta(seconds=1)))
    await run_until(relay_of(steps), lambda: len(taken) == 3)
    assert taken == [("well", 3), ("sick", 1), ("sick", 2)]


async def test_a_poison_event_is_parked_after_its_last_try_and_its_object_waits(steps: Process) -> None:
    await take(steps, ("sick", StepTaken(number=1, poison=True)), ("sick", StepTaken(number=2)))
    await run_until(relay_of(steps), lambda: parked(steps))
    async with steps.app.state.sessions() as session:
        rows = {row.position: row for row in await session.scalars(select(BacklogEvent))}
    assert (rows[1].attempts, rows[1].parked) == (TRIES_MAX, True)
    assert (rows[2].attempts, rows[2].parked) == (0, False)
    assert taken == []


@pytest.mark.parametrize(
    ("unreadable", "answer"),
    [("策" * 2_800_000, "413 too_large"), ("a\x7fb", "400 malformed")],
    ids=["large", "control"],
)
async def test_what_may_not_even_be_read_holds_back_its_object_alone(
    steps: Process, unreadable: str, answer: str
) -> None:
    await take(
        steps,
        ("well", StepTaken(number=1)),
        ("sick", StepTaken(number=2, text=unreadable)),
        ("sick", StepTaken(number=3)),
        ("well", StepTaken(number=4)),
    )
    await run_until(relay_of(steps), lambda: ("well", 4) in taken)
    await run_until(relay_of(steps), lambda: parked(steps))
    async with steps.app.state.sessions() as session:
        rows = {row.position: row for row in await session.scalars(select(BacklogEvent))}
    assert (rows[2].attempts, rows[2].parked, rows[2].reason) == (TRIES_MAX, True, f"answered {answer}")
    assert (rows[3].attempts, rows[3].parked) == (0, False)
    assert taken == [("well", 1), ("well", 4)]


async def test_who_is_not_believed_parks_nothing(steps: Process) -> None:
    await take(steps, ("a", StepTaken(number=1)))
    relay = relay_of(steps)
    with patch.object(OwnTokens, "token", AsyncMock(return_value="of nobody")), pytest.raises(TimeoutError):
        await run_until(relay, lambda: taken, seconds=1)
    assert await said(steps, exchange.show) == ["steps: told 0, behind 1, waiting 0, parked 0"]


async def test_an_operator_sees_what_is_parked_and_releases_it_once_the_cause_is_gone(steps: Process) -> None:
    global sick  # noqa: PLW0603
    await take(steps, ("sick", StepTaken(number=1, poison=True)), ("sick", StepTaken(number=2)))

    await run_until(relay_of(steps), lambda: parked(steps))
    shown = await said(steps, exchange.show)
    assert shown[0] == "steps: told 2, behind 0, waiting 2, parked 1"
    assert shown[1].startswith("parked for steps: 1 step.taken sick in 320300, tried 12 times: RuntimeError")
    sick = False
    with pytest.raises(Refused, match="no subscriber"):
        await said(steps, exchange.release, subscriber="other")
    assert await said(steps, exchange.release, subscriber="steps") == ["1 released for steps"]
    await run_until(relay_of(steps), lambda: len(taken) == 2)
    assert taken == [("sick", 1), ("sick", 2)]


async def test_a_subscriber_restored_from_an_older_backup_is_told_again_and_takes_what_it_lost(steps: Process) -> None:
    await take(steps, *[("a", StepTaken(number=n)) for n in range(3)])

    async def told() -> bool:
        async with steps.app.state.sessions() as session:
            return await session.scalar(select(SubscriberCursor.position)) == 3

    await run_until(relay_of(steps), told)
    async with steps.app.state.sessions() as session, session.begin():
        last = select(OutboxEvent.id).where(OutboxEvent.position == 3)
        await session.execute(delete(InboxEvent).where(InboxEvent.id.in_(last)))
    async with steps.app.state.engine.connect() as running_relay:
        await running_relay.scalar(select(func.pg_advisory_lock(LOCK)))
        with pytest.raises(Refused, match="a relay is running"):
            await said(steps, exchange.retell, subscriber="steps")
        await running_relay.scalar(select(func.pg_advisory_unlock(LOCK)))
    assert await said(steps, exchange.retell, subscriber="steps") == ["steps will be told up to 3 events"]
    await run_until(relay_of(steps), lambda: len(taken) == 4)
    assert taken[-1] == ("a", 2)
    with pytest.raises(Refused, match="no subscriber"):
        await said(steps, exchange.retell, subscriber="other")


async def test_a_database_without_books_is_not_called_sound(steps: Process) -> None:
    with pytest.raises(Refused, match="no books"):
        await said(steps, verify)


async def test_what_a_refused_statement_was_given_is_not_told(steps: Process) -> None:
    async with steps.app.state.sessions() as session:
        with pytest.raises(DBAPIError) as refused:
            await session.execute(text("SELECT 1 / (length(:name) - 2)"), {"name": "张三"})
    assert "张三" not in str(refused.value)


async def test_the_reason_that_is_told_is_masked_before_it_is_cut(steps: Process) -> None:
    step = StepTaken(number=1, poison=True, text="." * 460 + "13812345678")
    outcome = await steps.tell(StepTaken.TYPE, step.model_dump())
    assert outcome["reason"] == f"RuntimeError: cannot take this{'.' * 460}***"


async def test_a_worker_that_does_not_relay_measures_and_a_failing_reading_is_repeated(
    database: Callable[[str], Database], tmp_path: Path
) -> None:
    failures = [OSError("away")]

    async def reach(session: AsyncSession, name: str) -> Reach:
        if failures:
            raise failures.pop()
        return await reach_of(session, name)

    with patch("kernel.measuring.EVERY_SECONDS", 0), patch("kernel.measuring.reach_of", reach):
        async with running(build_telling, "window", database("window"), tmp_path) as process:
            async with process.app.state.sessions() as session, session.begin():
                await session.execute(delete(OutboxEvent))
                await record(session, StepTaken(number=1), city_code=CITY, subject="a")
                session.add(
                    BacklogEvent(
                        subscriber="events", position=1, subject="a", next_try_at=clock.real_now(), parked=True
                    )
                )
            async with asyncio.timeout(10):
                while [REGISTRY.get_sample_value(name, {"subscriber": "events"}) for name in GAUGES] != [1, 1, 1]:
                    await asyncio.sleep(0.02)
    assert failures == []


async def test_a_process_is_believed_only_in_what_it_is_to_tell(
    database: Callable[[str], Database], tmp_path: Path
) -> None:
    event = {
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "type": StepTaken.TYPE, "city_code": CITY, "subject": "s",
        "position": 1, "occurred_at": "2026-11-22T02:00:00Z", "recorded_at": "2026-11-22T02:00:00Z", "actor": None,
        "request_id": None, "data": {"number": 1},
    }  # fmt: skip
    async with running(build_told, "window", database("window"), tmp_path) as process:
        answers = []
        for teller in ("funds", "events", "registry"):
            async with process.as_(f"workload:{teller}", "workload") as told:
                answers.append((await told.post("/internal/events", json={"events": [event]})).status_code)
    assert answers == [403, 403, 200]
