"""Group commit: while one batch is on its way to PostgreSQL the next gathers, and each goes in one function call.

Nothing waits for a timer: a lone command leaves at once. While few wait, a batch is durable with its own commit: no
other process has to be woken for it. While many do, it commits without waiting for the disk, so that the books are free
for the next one, and is made durable before anybody is answered. A command is a whole one (state, entry, outbox row)
and has an idempotency key, so a batch whose fate is unknown may be sent again. Of commands that conflict (same key,
hold or original) one goes and the others wait for the next batch. An unexpected SQL error, or text that cannot be sent,
sends the batch again item by item, so that one bad command fails alone.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import asyncpg
import stamina
import structlog

from kernel import clock
from kernel.db import plain_dsn
from kernel.problems import Problem, Unavailable
from ledger.batch import POST, POST_CALL, Outcome, Posted, answers, batch, conflicts
from ledger.entries import Command
from ledger.links import LOST, Books, Disk, durably

C = TypeVar("C")
A = TypeVar("A")
Run = Callable[[Books, Hashable, Sequence[C]], Awaitable[Sequence[A | Problem]]]
RunDurably = Callable[[Books, Hashable, Sequence[C]], Awaitable[Sequence[A | Problem | None]]]

BATCH_MAX = 128
WHOLE_UP_TO = 32  # so few are not halved
IN_LINE_UP_TO = 48  # under way together; for more, a commit that waits for the disk keeps too many from the books
WAITING_MAX = 4096  # more callers than this are told to come back: a queue that only grows helps nobody
AT_THE_BOOKS = 2  # batches: PostgreSQL begins the second when the first has ended; what arrives meanwhile goes together
FLUSHERS = 8  # batches under way, answers included: while a disk is slow, books go on
TRIES = 4

POST_DURABLY = durably(POST_CALL)

log = structlog.get_logger()
_PASSING = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.InsufficientResourcesError,  # disk, memory or connections ran out
)


@dataclass(slots=True)
class _Waiting(Generic[C, A]):
    command: C
    group: Hashable
    answer: asyncio.Future[A]


class GroupCommit(Generic[C, A]):
    """One per process and command type. `start` it with the process; `close` answers everyone who waits, then ends.

    `run` sends a batch of one group in one statement and returns one answer or refusal per command, in order;
    `run_durably` does so in one that is `durably` committed; a command it answers with None left nothing, and goes the
    other way. `conflicts` says what two commands of one batch must not share.
    """

    def __init__(
        self,
        database_url: str,
        run: Run[C, A],
        *,
        run_durably: RunDurably[C, A] | None = None,
        conflicts: Callable[[C], Iterable[Hashable]],
        on_flush: Callable[[], None] = lambda: None,
    ) -> None:
        self._run, self._run_durably, self._on_flush = run, run_durably, on_flush
        self._books, self._disk = Books(plain_dsn(database_url)), Disk(plain_dsn(database_url))
        self._conflicts = conflicts
        self._waiting: deque[_Waiting[C, A]] = deque()
        self._wake = asyncio.Event()  # somebody waits, or the books have room
        self._on_the_way = self._at_the_books = 0
        self._closing = False
        self._flushers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to flush."""
        self._flushers = [asyncio.create_task(self._flush_forever()) for _ in range(FLUSHERS)]

    async def close(self) -> None:
        """Take no more, commit and answer what waits, end."""
        self._closing = True
        self._wake.set()
        await asyncio.gather(*self._flushers)
        await self._books.close()
        await self._disk.close()

    async def submit(self, command: C, group: Hashable) -> A:
        """Committed and durable when it returns. Raises the refusal, or Unavailable when it is worth trying again.

        Commands of one `group` may share a call.
        """
        if self._closing or len(self._waiting) >= WAITING_MAX:
            raise Unavailable
        waiting: _Waiting[C, A] = _Waiting(command, group, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._wake.set()
        return await waiting.answer

    async def _flush_forever(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting or self._at_the_books >= AT_THE_BOOKS:
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = self._take()
            self._on_the_way += len(batch)
            await self._flush(batch)
            self._on_the_way -= len(batch)
            await asyncio.sleep(0)  # those who were just answered may have their next at hand

    def _take(self) -> list[_Waiting[C, A]]:
        """The next commands of one group that do not conflict; the others keep their places."""
        batch: list[_Waiting[C, A]] = []
        left: list[_Waiting[C, A]] = []
        marks: set[Hashable] = set()
        group = self._waiting[0].group
        # Few go together; else half of all there is: PostgreSQL takes in the other half meanwhile, or next.
        most = min(BATCH_MAX, max(WHOLE_UP_TO, (len(self._waiting) + self._on_the_way + 1) // 2))
        while self._waiting and len(batch) < most:
            waiting = self._waiting.popleft()
            if waiting.answer.done():  # the caller has gone
                continue
            own = self._conflicts(waiting.command)
            fits = waiting.group == group and marks.isdisjoint(own)
            marks.update(own)  # also of those left behind, so that they are not overtaken
            (batch if fits else left).append(waiting)
        self._waiting.extendleft(reversed(left))
        return batch

    async def _flush(self, batch: list[_Waiting[C, A]]) -> None:
        try:
            answered = await self._send(batch)
        except (asyncpg.PostgresError, ValueError) as error:
            if len(batch) == 1:
                # the same key in another process a moment earlier: asked again, it is a duplicate
                _fail(batch, Unavailable() if isinstance(error, asyncpg.UniqueViolationError) else error)
                return
            log.warning("ledger.batch_failed", size=len(batch), error=type(error).__name__)
            for waiting in batch:
                await self._flush([waiting])
            return
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it; the flusher lives on
            _fail(batch, error)
            return
        self._on_flush()
        for waiting, outcome in zip(batch, answered, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(outcome, Problem):
                waiting.answer.set_exception(outcome)
            else:
                waiting.answer.set_result(outcome)

    async def _send(self, batch: list[_Waiting[C, A]]) -> Sequence[A | Problem]:
        """Send a batch until its fate is known. What passes and lost connections are waited out, a few times."""
        if not batch:
            return []
        try:
            # Each round of stamina leaves cycles behind, and collecting them stops everybody for milliseconds.
            with suppress(*_PASSING, *LOST):
                return await self._try(batch)
            initial, longest, jitter = 0.02, 0.5, 0.05  # allow float: stamina waits in seconds
            async for attempt in stamina.retry_context(
                on=_PASSING + LOST, attempts=TRIES - 1, wait_initial=initial, wait_max=longest, wait_jitter=jitter
            ):
                with attempt:
                    return await self._try(batch)
        except _PASSING + LOST as error:
            raise Unavailable from error
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _try(self, batch: list[_Waiting[C, A]]) -> Sequence[A | Problem]:
        group, commands = batch[0].group, [waiting.command for waiting in batch]
        # Where something waits it may be of other groups, one batch each, and they had better share a flush.
        few = not self._waiting and self._on_the_way <= IN_LINE_UP_TO
        if self._run_durably is None or not few:
            return await self._run_and_reach(group, commands)
        with self._at_books():
            answered = await self._run_durably(self._books, group, commands)
        left = [command for command, answer in zip(commands, answered, strict=True) if answer is None]
        rest = iter(await self._run_and_reach(group, left) if left else [])
        return [next(rest) if answer is None else answer for answer in answered]

    async def _run_and_reach(self, group: Hashable, commands: Sequence[C]) -> Sequence[A | Problem]:
        opened = await self._disk.opened()
        with self._at_books():
            answered = await self._run(self._books, group, commands)
        await self._disk.reached(opened)
        return answered

    @contextmanager
    def _at_books(self) -> Iterator[None]:
        self._at_the_books += 1
        try:
            yield
        finally:
            self._at_the_books -= 1
            self._wake.set()


def _fail(batch: Iterable[_Waiting[Any, Any]], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)


class Poster(GroupCommit[Command, Posted]):
    """The batcher of plain entries. `on_flush` wakes the relay, once per batch."""

    def __init__(self, database_url: str, *, on_flush: Callable[[], None] = lambda: None) -> None:
        super().__init__(database_url, _post_batch, run_durably=_post_durably, conflicts=conflicts, on_flush=on_flush)

    async def post(self, command: Command, *, city_code: str, book: str) -> Posted:
        """Post once and return when it is committed. Raises the refusals of `ledger.refusals`, or Unavailable."""
        return await self.submit(command, (city_code, book, command.month))


async def _post_batch(books: Books, group: Any, commands: Sequence[Command], statement: str = POST) -> list[Outcome]:
    city_code, book, _ = group
    sent = batch(city_code, book, clock.now(city_code), commands)
    return answers(sent, await books.fetchrow(statement, *sent.parameters))


async def _post_durably(books: Books, group: Any, commands: Sequence[Command]) -> list[Outcome]:
    return await _post_batch(books, group, commands, POST_DURABLY)
