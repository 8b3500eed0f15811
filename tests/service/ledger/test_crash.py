"""A server that crashes forgets what it has not written to the disk; nobody is told that it stands."""

import asyncio
import os
import signal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from devtools.children import wait_until
from devtools.databases import Database, prepare
from devtools.postgres import Server, throwaway_home
from ledger import batcher
from ledger.batcher import Poster
from ledger.chart import open_accounts
from ledger.links import Books
from tests.service.ledger.conftest import CHART, City, command, transfer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("in_line_up_to", [0, batcher.IN_LINE_UP_TO])
async def test_what_was_committed_before_a_crash_and_read_after_it_stands(
    monkeypatch: pytest.MonkeyPatch, in_line_up_to: int
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
        assert await post_one(database) == {"treasury": 5, "appropriated": 5}


async def post_one(database: Database) -> dict[str, int]:
    """The balances when it is acknowledged."""
    engine = create_async_engine(database.runtime_url, pool_pre_ping=True)
    city = City("320399", database, async_sessionmaker(engine))
    async with city.session() as session:
        await open_accounts(session, CHART, city_code=city.code)
    books = Poster(database.runtime_url)
    books.start()
    await books.post(command(transfer("treasury", "appropriated", 5), "k"), city_code=city.code, book="funds")
    await books.close()
    found = await city.balances()
    await engine.dispose()
    return found
