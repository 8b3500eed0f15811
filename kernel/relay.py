"""The relay: stamps committed events with a gapless position and tells subscribers, at least once, in order per object.

One process per database relays, by an advisory lock. A subscriber that is down keeps its cursor; an event it refuses
goes to the backlog, is tried again with growing pauses, and after the last try is parked with an alert: later events
of the same object wait behind it, everything else goes on.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy import func, null, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from kernel import clock
from kernel.client import AnsweredProblem, ServiceClient
from kernel.outbox import BacklogEvent, OutboxBatch, OutboxEvent, SubscriberCursor, envelope
from kernel.problems import Problem

LOCK = 7_203_201
BATCH = 100
CHARACTERS_MAX = 1_000_000  # of the data of one batch, of which UTF-8 makes at most three times as many bytes
# The fallback when another process of this service committed; our own commits wake us at once.
IDLE_SECONDS = 0.25  # allow float: asyncio sleeps in seconds
# Who has nothing waiting is woken by what is stamped; this often it is looked after all the same.
QUIET_SECONDS = 2
TRIES_MAX = 12
PAUSE_MAX = timedelta(minutes=10)
UNREACHABLE_SECONDS_MAX = 5
AWAY_SECONDS_MAX = 2  # between looks for a database that went away
EVERYTHING = "*"
# Malformed, too large, not valid: what was sent is to blame. Of the other answers who sends it, or where to, is.
UNREADABLE = frozenset({400, 413, 422})

log = structlog.get_logger()

UNFOLD = text("""
    WITH folded AS (
        DELETE FROM outbox_batch WHERE seq IN (SELECT seq FROM outbox_batch ORDER BY seq LIMIT 20) RETURNING *)
    INSERT INTO outbox_event (seq, id, city_code, type, subject, occurred_at, recorded_at, actor, request_id, data)
    OVERRIDING SYSTEM VALUE
    SELECT one.seq, one.id, city_code, one.type, one.subject, recorded_at, recorded_at, one.actor, one.request_id,
           one.data::jsonb
    FROM folded, unnest(seqs, ids, types, subjects, data, actors, request_ids)
        AS one (seq, id, type, subject, data, actor, request_id)
    WHERE one.type IS NOT NULL""")
# What comes after a fact that is still folded waits for it.
STAMP = text("""
    WITH fresh AS (
        SELECT seq, row_number() OVER (ORDER BY seq) AS place FROM outbox_event
        WHERE position IS NULL AND seq <= coalesce((SELECT min(seq) FROM outbox_batch), 9223372036854775807)
        ORDER BY seq LIMIT 1000)
    UPDATE outbox_event o SET position = fresh.place + (SELECT coalesce(max(position), 0) FROM outbox_event)
    FROM fresh WHERE o.seq = fresh.seq""")


class Outcome(BaseModel):
    """What a subscriber did with one event: `done`, `duplicate`, `failed`, or `blocked` behind a failed one."""

    id: str
    outcome: str
    reason: str | None = None


class Outcomes(BaseModel):
    results: list[Outcome]


@dataclass(frozen=True, slots=True)
class Reach:
    """Of one subscriber: the position it was told, and how many events it was not told, holds up, and are parked."""

    told: int
    behind: int
    waiting: int
    parked: int


class Relay:
    """Background task of a process; `wake` after each commit of its own."""

    def __init__(
        self,
        engine: AsyncEngine,
        sessions: async_sessionmaker[AsyncSession],
        subscribers: Mapping[str, tuple[ServiceClient, frozenset[str]]],
    ) -> None:
        """`subscribers`: name → (client, event types it wants, or {"*"})."""
        self._engine, self._sessions, self._subscribers = engine, sessions, subscribers
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be something new."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. A lost database is waited out; of failures in a row only the first is told at length."""
        pause = IDLE_SECONDS
        while True:
            try:
                async with self._engine.connect() as leader:
                    pause = IDLE_SECONDS
                    await self._lead(await leader.execution_options(isolation_level="AUTOCOMMIT"))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("relay.interrupted", kind=type(error).__name__, exc_info=pause == IDLE_SECONDS)
                pause = min(pause * 2, AWAY_SECONDS_MAX)
            await asyncio.sleep(pause)

    async def _lead(self, leader: AsyncConnection) -> None:
        if not await leader.scalar(select(func.pg_try_advisory_lock(LOCK))):
            return
        try:
            await self._know_all(leader)
            async with asyncio.TaskGroup() as group:
                wakers = [asyncio.Event() for _ in self._subscribers]
                for waker, name in zip(wakers, self._subscribers, strict=True):
                    group.create_task(self._tell_forever(name, waker))
                while True:
                    self._woken.clear()
                    await leader.execute(UNFOLD)
                    stamped = (await leader.execute(STAMP)).rowcount
                    for waker in wakers if stamped else ():
                        waker.set()
                    if not stamped:
                        await _wait(self._woken)
        finally:
            await leader.invalidate()  # in the pool it would keep the lock

    async def _know_all(self, leader: AsyncConnection) -> None:
        """A subscriber that was never reached has a cursor too, so that an operator sees it."""
        names = [{"subscriber": name, "position": 0} for name in self._subscribers]
        if names:
            await leader.execute(insert(SubscriberCursor).values(names).on_conflict_do_nothing())

    async def _tell_forever(self, name: str, waker: asyncio.Event) -> None:
        patience = IDLE_SECONDS
        while True:
            waker.clear()
            try:
                pause = await self._tell(name)
                patience = IDLE_SECONDS
            except Problem as problem:  # the subscriber is down or unreachable: its cursor stays
                log.info("relay.subscriber_unreachable", subscriber=name, code=problem.code)
                pause = patience = min(patience * 2, UNREACHABLE_SECONDS_MAX)
            if pause:
                await _wait(waker, pause)

    async def _tell(self, name: str) -> Any:
        """One round: new events, and what of the backlog is due. Seconds to wait before the next, 0 for none."""
        client, wanted = self._subscribers[name]
        async with self._sessions() as session:
            cursor = await session.get(SubscriberCursor, name) or SubscriberCursor(subscriber=name, position=0)
            fresh = _fitting(await _events_after(session, cursor.position))
            held = await _subjects_held(session, name)
            due = _fitting(await _backlog_due(session, name)) if held else []
        if not fresh and not due:
            return IDLE_SECONDS if held else QUIET_SECONDS
        sending = [row for row in fresh if _wants(wanted, row.type) and row.subject not in held]
        waiting = [row for row in fresh if _wants(wanted, row.type) and row.subject in held]
        outcomes = await _send(client, [*due, *sending])
        async with self._sessions() as session, session.begin():
            for row in [*due, *sending]:
                await _note(session, name, row, outcomes[str(row.id)])
            for row in waiting:
                await _hold(session, name, row, reason=None)
            if fresh:
                await _advance(session, name, fresh[-1].position or 0)
        return 0


def _wants(wanted: frozenset[str], kind: str) -> bool:
    return EVERYTHING in wanted or kind in wanted


async def _wait(event: asyncio.Event, seconds: Any = IDLE_SECONDS) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def _events_after(session: AsyncSession, position: int) -> list[OutboxEvent]:
    found = await session.scalars(
        select(OutboxEvent).where(OutboxEvent.position > position).order_by(OutboxEvent.position).limit(BATCH)
    )
    return list(found)


def _fitting(rows: list[OutboxEvent]) -> list[OutboxEvent]:
    """The first of them, as many as one request may carry and at least one: a city's whole policy is large."""
    sizes = accumulate(len(json.dumps(row.data, ensure_ascii=False)) for row in rows)
    return [
        row for place, (row, size) in enumerate(zip(rows, sizes, strict=True)) if not place or size <= CHARACTERS_MAX
    ]


async def _subjects_held(session: AsyncSession, name: str) -> set[str]:
    return set(await session.scalars(select(BacklogEvent.subject).where(BacklogEvent.subscriber == name).distinct()))


async def _backlog_due(session: AsyncSession, name: str) -> list[OutboxEvent]:
    """The first waiting event of each object, if its time has come and it is not parked."""
    first = (
        select(BacklogEvent)
        .where(BacklogEvent.subscriber == name)
        .ext(distinct_on(BacklogEvent.subject))
        .order_by(BacklogEvent.subject, BacklogEvent.position)
        .subquery()
    )
    found = await session.scalars(
        select(OutboxEvent)
        .join(first, OutboxEvent.position == first.c.position)
        .where(first.c.next_try_at <= clock.real_now(), first.c.parked.is_(False))
        .order_by(OutboxEvent.position)
        .limit(BATCH)
    )
    return list(found)


async def reach_of(session: AsyncSession, name: str) -> Reach:
    """How far a subscriber is, in one statement. Positions have no gaps, so that their difference is a count."""
    folded = func.cardinality(func.array_remove(OutboxBatch.types, null()))  # without a type a fact is none
    position = select(SubscriberCursor.position).where(SubscriberCursor.subscriber == name)
    waiting = select(func.count()).select_from(BacklogEvent).where(BacklogEvent.subscriber == name)
    row = await session.execute(
        select(
            func.coalesce(position.scalar_subquery(), 0),
            func.coalesce(select(func.max(OutboxEvent.position)).scalar_subquery(), 0),
            select(func.count()).select_from(OutboxEvent).where(OutboxEvent.position.is_(None)).scalar_subquery()
            + select(func.coalesce(func.sum(folded), 0)).scalar_subquery(),
            waiting.scalar_subquery(),
            waiting.where(BacklogEvent.parked).scalar_subquery(),
        )
    )
    told, last, unstamped, held, parked = row.one()
    return Reach(told=told, behind=last - told + unstamped, waiting=held, parked=parked)


async def _send(client: ServiceClient, rows: Sequence[OutboxEvent]) -> dict[str, Outcome]:
    """All in one request, or each in its own where one among them may not even be read."""
    if not rows:
        return {}
    try:
        return await _send_together(client, rows)
    except AnsweredProblem as problem:
        if problem.status not in UNREADABLE:
            raise
        if len(rows) == 1:
            reason = f"answered {problem.status} {problem.code}"
            return {str(rows[0].id): Outcome(id=str(rows[0].id), outcome="failed", reason=reason)}
    return await _send_each(client, rows)


async def _send_each(client: ServiceClient, rows: Sequence[OutboxEvent]) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    stuck: set[str] = set()
    for row in rows:
        key = str(row.id)
        if row.subject in stuck:
            outcomes[key] = Outcome(id=key, outcome="blocked")
            continue
        outcomes |= await _send(client, [row])
        if outcomes[key].outcome == "failed":
            stuck.add(row.subject)
    return outcomes


async def _send_together(client: ServiceClient, rows: Sequence[OutboxEvent]) -> dict[str, Outcome]:
    events = [envelope(row).model_dump(mode="json") for row in rows]
    answer = await client.post("/internal/events", {"events": events}, Outcomes, repeatable=True)
    return {result.id: result for result in answer.results}


async def _note(session: AsyncSession, name: str, row: OutboxEvent, outcome: Outcome) -> None:
    if outcome.outcome in {"done", "duplicate"}:
        waiting = await session.get(BacklogEvent, (name, row.position))
        if waiting is not None:
            await session.delete(waiting)
            await _free_next(session, name, row.subject, row.position or 0)
    else:
        await _hold(session, name, row, reason=outcome.reason if outcome.outcome == "failed" else None)


async def _free_next(session: AsyncSession, name: str, subject: str, position: int) -> None:
    await session.execute(
        update(BacklogEvent)
        .where(BacklogEvent.subscriber == name, BacklogEvent.subject == subject, BacklogEvent.position > position)
        .values(next_try_at=clock.real_now())
    )


async def _hold(session: AsyncSession, name: str, row: OutboxEvent, *, reason: str | None) -> None:
    """Put or keep the event in the backlog; a reason counts as a try, waiting behind another does not."""
    entry = await session.get(BacklogEvent, (name, row.position))
    if entry is None:
        entry = BacklogEvent(
            subscriber=name, position=row.position, subject=row.subject, attempts=0, next_try_at=clock.real_now()
        )
        session.add(entry)
    if reason is None:
        return
    entry.attempts += 1
    entry.reason = reason[:500]
    entry.next_try_at = clock.real_now() + min(timedelta(milliseconds=200 * 2**entry.attempts), PAUSE_MAX)
    if entry.attempts >= TRIES_MAX:
        entry.parked = True
        log.error("relay.event_parked", subscriber=name, event_id=str(row.id), event_type=row.type, reason=entry.reason)


async def _advance(session: AsyncSession, name: str, position: int) -> None:
    statement = insert(SubscriberCursor).values(subscriber=name, position=position)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["subscriber"], set_={"position": statement.excluded.position})
    )
