"""Timers in city time: the table is the truth, a pgqueuer job in the same transaction is the wake-up.

A timer fires once, in one transaction with its handler. When a sandbox's clock is moved, what became due is woken.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from pgqueuer import AsyncpgDriver, DatabaseRetryEntrypointExecutor, Job, PgQueuer, Queries
from sqlalchemy import DateTime, Index, String, UniqueConstraint, delete, func, null, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from kernel import clock, context
from kernel.cities import CityRow, read_clocks
from kernel.db import Base, CityCode, Id, Moment, RecordedAt, plain_dsn
from kernel.ids import new_id

ENTRYPOINT = "timer"
SWEEP_SECONDS = 30
LOOK_SECONDS = 5  # the longest between looks at what has become due, a failed timer's next try too
ATTEMPTS_MAX = 8
GRACE = timedelta(minutes=10)  # a job is tried again for so long before anybody has to look
LOG_KEPT = timedelta(days=14)  # why a job failed is looked up within days; the queue itself never reads its log
# Another process that forgets at the same moment takes other rows, or none.
_FORGET_LOG = text("""DELETE FROM pgqueuer_log WHERE id IN (
    SELECT id FROM pgqueuer_log WHERE created < :before ORDER BY created LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING id""")

log = structlog.get_logger()


class Timer(Base):
    """Something to be done at `due_at` of the city's clock, once."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("kind", "object_id"),
        Index("ix_timer_waiting", "city_code", "due_at", postgresql_where="fired_at IS NULL"),
    )

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    kind: Mapped[str] = mapped_column(String(100))
    object_id: Mapped[str] = mapped_column(String(100))
    due_at: Mapped[Moment]
    fired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


TimerHandler = Callable[[AsyncSession, Timer], Awaitable[None]]


async def schedule(session: AsyncSession, *, kind: str, object_id: object, city_code: str, due_at: datetime) -> None:
    """Set, or set anew, the timer of an object in the caller's transaction."""
    await schedule_all(session, {(kind, object_id): due_at}, city_code=city_code)


async def schedule_all(session: AsyncSession, due: Mapping[tuple[str, object], datetime], *, city_code: str) -> None:
    """The same for many: by kind and object the moment each is due."""
    if not due:
        return
    now = clock.real_now()
    rows = [
        {"id": new_id(), "city_code": city_code, "kind": kind, "object_id": str(of), "due_at": at, "recorded_at": now}
        for (kind, of), at in due.items()
    ]
    fresh = insert(Timer)
    again = fresh.on_conflict_do_update(
        index_elements=["kind", "object_id"], set_={"due_at": fresh.excluded.due_at, "fired_at": null()}
    )
    timers = await session.execute(again.returning(Timer.id, Timer.due_at), rows)
    await _wake(session, {timer.id: clock.real_instant(city_code, timer.due_at) for timer in timers})


async def schedule_after(session: AsyncSession, day: date, *, kind: str, object_id: object, city_code: str) -> None:
    """Set, or set anew, the timer of an object to the moment that last day is over."""
    due_at = clock.start_of(day + timedelta(days=1))
    await schedule(session, kind=kind, object_id=object_id, city_code=city_code, due_at=due_at)


async def schedule_tomorrow(session: AsyncSession, *, kind: str, city_code: str) -> None:
    """The city's next morning looks again, once, however many ask for it.

    Named by its day: who asks does not wait for the one that is firing.
    """
    tomorrow = clock.today(city_code) + timedelta(days=1)
    name = f"{city_code}:{tomorrow.isoformat()}"
    if await session.scalar(select(Timer.id).where(Timer.kind == kind, Timer.object_id == name)) is None:
        await schedule(session, kind=kind, object_id=name, city_code=city_code, due_at=clock.start_of(tomorrow))


async def cancel(session: AsyncSession, *, kind: str, object_id: object) -> None:
    """The timer will not fire any more."""
    timer = await session.scalar(select(Timer).where(Timer.kind == kind, Timer.object_id == str(object_id)))
    if timer is not None:
        await session.delete(timer)


async def cancel_all(session: AsyncSession, city_code: str) -> None:
    """No timer of the city will fire any more."""
    await session.execute(delete(Timer).where(Timer.city_code == city_code, Timer.fired_at.is_(None)))


async def wake_due(session: AsyncSession, city_code: str, now: datetime) -> None:
    """Enqueue the wake-up of every timer of the city that is due at `now` of its clock and has not fired."""
    waiting = (Timer.city_code == city_code, Timer.fired_at.is_(None))
    due = await session.scalars(select(Timer.id).where(*waiting, Timer.due_at <= now))
    await _wake(session, dict.fromkeys(due, clock.real_now()))


def overdue(city_code: str) -> Any:
    """A statement that counts the city's jobs nobody did in time."""
    late = Timer.due_at < clock.now(city_code) - GRACE
    return select(func.count()).select_from(Timer).where(Timer.city_code == city_code, Timer.fired_at.is_(None), late)


async def forget_old_wake_ups(session: AsyncSession, most: int) -> int:
    """Drop up to `most` lines of the queue's log past their keeping time, the oldest; answers how many there were."""
    values = {"before": clock.real_now() - LOG_KEPT, "most": most}
    return len((await session.scalars(_FORGET_LOG, values)).all())


async def _wake(session: AsyncSession, instants: Mapping[Any, datetime]) -> None:
    if not instants:
        return
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    now = clock.real_now()
    await Queries(AsyncpgDriver(raw.driver_connection)).enqueue(
        [ENTRYPOINT] * len(instants),
        [str(timer_id).encode() for timer_id in instants],
        [0] * len(instants),
        [max(instant - now, timedelta()) for instant in instants.values()],
    )


class TimerRunner:
    """Background task of a process: fires what is due. A lost connection is waited out, a failing timer tried again."""

    def __init__(
        self,
        database_url: str,
        sessions: async_sessionmaker[AsyncSession],
        handlers: Mapping[str, TimerHandler],
        after_commit: Callable[[], None],
    ) -> None:
        self._dsn, self._sessions = plain_dsn(database_url), sessions
        self._handlers, self._after_commit = handlers, after_commit

    async def run(self) -> None:
        """Until cancelled. Of failures in a row only the first is told at length."""
        told = False
        while True:
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5)
                told = False
                try:
                    await self._work(connection)
                finally:
                    await connection.close(timeout=1)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("timers.interrupted", kind=type(error).__name__, exc_info=not told)
                told = True
            await asyncio.sleep(1)

    async def _work(self, connection: "asyncpg.Connection[Any]") -> None:
        queue = PgQueuer.from_asyncpg_connection(connection)

        async def fire(job: Job) -> None:
            if job.payload is not None:
                await self._fire(UUID(job.payload.decode()))

        queue.entrypoint(ENTRYPOINT, executor_factory=_retrying)(fire)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(queue.run(dequeue_timeout=timedelta(seconds=LOOK_SECONDS))),
                group.create_task(self._sweep()),
            ]
            await lost.wait()
            for task in tasks:
                task.cancel()

    async def _sweep(self) -> None:
        """The net under the wake-ups: whatever is due and was not woken, is woken; at once after a crash."""
        while True:
            async with self._sessions() as session, session.begin():
                await read_clocks(session)
                cities = await session.scalars(select(Timer.city_code).where(Timer.fired_at.is_(None)).distinct())
                for city_code in list(cities):
                    await wake_due(session, city_code, clock.now(city_code))
            await asyncio.sleep(SWEEP_SECONDS)

    async def _fire(self, timer_id: UUID) -> None:
        context.enter(context.background(actor="timer"))
        async with self._sessions() as session, session.begin():
            timer = await session.scalar(
                select(Timer).where(Timer.id == timer_id, Timer.fired_at.is_(None)).with_for_update()
            )
            if timer is None:
                return
            if await session.scalar(select(CityRow.is_closed).where(CityRow.city_code == timer.city_code)):
                await session.delete(timer)  # set by a request that was under way when the sandbox was closed
                return
            # A wake-up that met a stale clock would wait for the next sweep.
            await read_clocks(session, only=timer.city_code)
            if timer.due_at > clock.now(timer.city_code):
                # Woken for a day it no longer has, and its new day has a wake-up. Or a moment early, because a wake-up
                # counts from its transaction's begin: woken again.
                instant = clock.real_instant(timer.city_code, timer.due_at)
                if instant - clock.real_now() <= timedelta(seconds=LOOK_SECONDS):
                    await _wake(session, {timer.id: instant})
                return
            # Before the handler: one that sets its own timer anew, for a later day, is not undone.
            timer.fired_at = clock.now(timer.city_code)
            await session.flush()
            await self._handlers[timer.kind](session, timer)
        self._after_commit()


def _retrying(parameters: Any) -> DatabaseRetryEntrypointExecutor:
    return DatabaseRetryEntrypointExecutor(parameters=parameters, max_attempts=ATTEMPTS_MAX)
