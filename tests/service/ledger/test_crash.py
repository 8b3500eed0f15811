"""A server that crashes forgets what it has not written to the disk; nobody is told that it stands."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from devtools.children import wait_until
from devtools.databases import Database, prepare
from devtools.postgres import Server, throwaway_home
from kernel import clock
from kernel.ids import new_id
from kernel.kept_answers import Keyed
from ledger import batcher
from ledger.batcher import Poster
from ledger.chart import open_accounts
from ledger.links import Books
from services.funds.programmes.allotting import Allotments, Allotting
from services.funds.programmes.schemas import AllotmentOut
from tests.service.ledger.conftest import CHART, City, command, transfer

pytestmark = pytest.mark.anyio


Act = Callable[[Database, async_sessionmaker[AsyncSession], str], Awaitable[object]]


async def post_one(database: Database, _sessions: async_sessionmaker[AsyncSession], city_code: str) -> object:
    books = Poster(database.runtime_url)
    books.start()
    posted = await books.post(command(transfer("treasury", "appropriated", 5), "k"), city_code=city_code, book="funds")
    await books.close()
    return posted


async def allot_one(database: Database, sessions: async_sessionmaker[AsyncSession], city_code: str) -> object:
    """What funds makes of an allotment over HTTP."""
    made = AllotmentOut(
        id=new_id(), fund="fund.award_subsidy", policy_year=2026, payer_level="municipal", amount_fen=5, document="x",
        entry_id=new_id(), made_by="person:finance-1", made_at=clock.real_now(),
    )  # fmt: skip
    posted = replace(command(transfer("treasury", "appropriated", 5), f"{made.id}"), entry_id=made.entry_id)
    allotments = Allotments(database.runtime_url, sessions)
    allotments.start()
    answer = await allotments.allot(Allotting(Keyed(b"scope", b"asked", "x"), made, posted), city_code=city_code)
    await allotments.close()
    return answer


@pytest.mark.parametrize("in_line_up_to", [0, batcher.IN_LINE_UP_TO])
@pytest.mark.parametrize("act", [post_one, allot_one])
async def test_what_was_committed_before_a_crash_and_read_after_it_stands(
    monkeypatch: pytest.MonkeyPatch, act: Act, in_line_up_to: int
) -> None:
    """The process was busy: the answer lay in its socket while the server died and came back.

    Of a busy ledger the server had forgotten it, and it is written again; of a quiet one it was on the disk.
    """
    fetchrow, crashes = Books.fetchrow, iter([True])
    monkeypatch.setattr(batcher, "IN_LINE_UP_TO", in_line_up_to)

    with throwaway_home() as home, Server(home / "postgres", durable=True) as server:

        async def fetch_and_crash(books: Books, query: str, *parameters: object) -> Any:
            row = await fetchrow(books, query, *parameters)
            if next(crashes, False):
                os.kill(server.pid or 0, signal.SIGKILL)
                assert wait_until(lambda: not server.alive, seconds=10)
                server.start()
            return row

        monkeypatch.setattr(Books, "fetchrow", fetch_and_crash)
        database = await asyncio.to_thread(prepare, server.url, "funds", passwords=home / "passwords", name="funds")
        assert await balances_after(act, database) == {"treasury": 5, "appropriated": 5}


async def balances_after(act: Act, database: Database) -> dict[str, int]:
    """The balances when it is acknowledged."""
    engine = create_async_engine(database.runtime_url, pool_pre_ping=True)
    city = City("320399", database, async_sessionmaker(engine))
    async with city.session() as session:
        await open_accounts(session, CHART, city_code=city.code)
    await act(database, city.sessions, city.code)
    found = await city.balances()
    await engine.dispose()
    return found
