"""Load for the ledger's benchmark, in a process of its own: `python -m devtools.bench.ledger_load`.

Every transfer is a whole command: idempotency key, determination, outbox row; the ledger adds number and chain.
Prints one number: transfers per second, or for `latency` and `empty` the 99th percentile in microseconds.
"""

import argparse
import asyncio
import gc
import os
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from uuid import uuid4

import uvloop
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from devtools.bench.ledger_books import BOOK, CITY, DAY, POOL, SOURCES, giver, taker
from kernel.ids import new_id
from kernel.problems import Unavailable
from ledger.batch import conflicts
from ledger.batcher import GroupCommit, Poster
from ledger.entries import Announcement, Command, Entry, credit, debit
from ledger.links import Books
from ledger.posting import post_all

WARM_UP_SECONDS = 0.5
RATE_MAX = 100_000
POOL_SIZE = 6  # as kernel.db makes it
TICKS_PER_SECOND = 500
MICROSECONDS = 1_000_000
Post = Callable[[Command], Awaitable[object]]


class Transfers:
    """Ten fen from the pool, or from one of many accounts, to one of many accounts. What callers would have at hand
    already (keys, account names) is made before the clock starts; entry, command and event are made under it.
    """

    def __init__(self, *, hot: bool, keys: int) -> None:
        numbers = range(SOURCES)
        self._keys = iter([str(uuid4()) for _ in range(keys)])
        self._sources = [credit(POOL, 10)] if hot else [credit(giver(n), 10) for n in numbers]
        self._targets = [debit(taker(n), 10) for n in numbers]
        self._determination = new_id()

    def __next__(self) -> Command:
        reference = new_id()
        legs = (random.choice(self._targets), random.choice(self._sources))  # noqa: S311 - load, no secret
        entry = Entry("claim.paid", DAY, legs, reference=reference, determination_id=self._determination)
        told = Announcement("claim.paid", reference.hex, '{"amount_fen":10,"layer":"municipal","claim":"XZ-33"}')
        return Command(entry, next(self._keys), "officer:1", told, "bench")


async def closed_loop(post: Post, transfers: Transfers, *, callers: int, seconds: int) -> int:
    """Each caller sends its next when the one before is committed. Transfers per second."""
    done = 0
    begins = time.perf_counter() + WARM_UP_SECONDS
    ends = begins + seconds

    async def call() -> None:
        nonlocal done
        while (now := time.perf_counter()) < ends:
            await post(next(transfers))
            if now >= begins:
                done += 1

    await asyncio.gather(*(call() for _ in range(callers)))
    return int(done / (time.perf_counter() - begins))


async def open_loop(post: Post, transfers: Transfers, *, offered: int, seconds: int) -> int:
    """Transfers arrive on the clock, answered or not. 99th percentile from arrival to commit, in microseconds."""
    taken: list[float] = []
    tasks: set[asyncio.Task[None]] = set()
    begins = time.perf_counter()
    measured_from = begins + WARM_UP_SECONDS

    async def call(arrival: float) -> None:
        # A queue that is full tells its callers to come back: on a machine that is too slow that is the answer.
        with suppress(Unavailable):
            await post(next(transfers))
        if arrival >= measured_from:
            taken.append(time.perf_counter() - arrival)

    for sent in range(int(offered * (seconds + WARM_UP_SECONDS))):
        arrival = begins + sent / offered
        if sent % (offered // TICKS_PER_SECOND) == 0:
            await asyncio.sleep(max(0, arrival - time.perf_counter()))
        task = asyncio.create_task(call(arrival))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return int(sorted(taken)[len(taken) * 99 // 100] * MICROSECONDS)


async def _load(post: Post, arguments: argparse.Namespace) -> int:
    transfers = Transfers(hot=arguments.accounts == "hot", keys=RATE_MAX * (arguments.seconds + 1))
    gc.collect()
    gc.freeze()
    if arguments.way in ("latency", "empty"):
        return await open_loop(post, transfers, offered=arguments.offered, seconds=arguments.seconds)
    return await closed_loop(post, transfers, callers=arguments.callers, seconds=arguments.seconds)


async def _batched(arguments: argparse.Namespace) -> int:
    poster = Poster(os.environ["BENCH_URL"])
    poster.start()

    async def post(command: Command) -> object:
        return await poster.post(command, city_code=CITY, book=BOOK)

    answer = await _load(post, arguments)
    await poster.close()
    return answer


async def _empty(arguments: argparse.Namespace) -> int:
    """The same callers, batches and durable commits, and nothing posted: what this machine takes for that alone."""

    async def run(books: Books, _group: object, commands: Sequence[Command]) -> list[None]:
        await books.fetchrow("SELECT")
        return [None] * len(commands)

    batcher: GroupCommit[Command, None] = GroupCommit(os.environ["BENCH_URL"], run, conflicts=conflicts)
    batcher.start()
    answer = await _load(lambda command: batcher.submit(command, CITY), arguments)
    await batcher.close()
    return answer


async def _single(arguments: argparse.Namespace) -> int:
    engine = create_async_engine(os.environ["BENCH_URL"], pool_size=POOL_SIZE, max_overflow=0)
    sessions = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)

    async def post(command: Command) -> object:
        async with sessions.begin() as session:
            return await post_all(session, [command], city_code=CITY, book=BOOK)

    answer = await _load(post, arguments)
    await engine.dispose()
    return answer


_WAYS = {"batched": _batched, "single": _single, "latency": _batched, "empty": _empty}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=list(_WAYS))
    parser.add_argument("accounts", choices=["hot", "spread"])
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--offered", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=3)
    arguments = parser.parse_args()
    print(uvloop.run(_WAYS[arguments.way](arguments)))


if __name__ == "__main__":
    main()
