"""Statements that wait at the server: each is a transaction of its own, and none is lost without being told."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kernel.db import plain_dsn
from ledger.links import LOST, Books
from ledger.pipeline import Pipeline
from tests.service.ledger.conftest import City

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def pipeline(city: City) -> AsyncIterator[Pipeline]:
    connection = await Pipeline.connect(
        plain_dsn(city.database.runtime_url), seconds=5, application_name="test", settings={"timezone": "UTC"}
    )
    yield connection
    connection.terminate()


async def together(*statements: tuple[Any, ...], on: Pipeline) -> Sequence[object]:
    return await asyncio.gather(*(on.fetch(*statement) for statement in statements), return_exceptions=True)


async def test_values_come_back_as_they_were_sent(city: City) -> None:
    moment, one = datetime(2026, 11, 27, 4, 30, tzinfo=UTC), UUID(int=1)
    query = """SELECT $1::text AS text, $2::bytea AS bytes, $3::uuid[] AS ids, $4::timestamptz AS moment,
                      $5::bigint AS fen"""
    async with pipeline(city) as connection:
        (row,) = await connection.fetch(query, "众创 %s '", b"\x00\\x", [one, None], moment, 2**62)
        (nothing,) = await connection.fetch(query, *[None] * 5)
        assert await connection.fetch("SELECT 1 AS one WHERE $1::boolean", False) == []
    assert row == {"text": "众创 %s '", "bytes": b"\x00\\x", "ids": [one, None], "moment": moment, "fen": 2**62}
    assert set(nothing.values()) == {None}


async def test_a_statement_waits_at_the_server_while_this_process_is_busy(city: City) -> None:
    """The second begins as soon as the first has ended, though nobody has read the answer yet."""
    ran = "SELECT pg_sleep(0.05), clock_timestamp() AS ended"
    async with pipeline(city) as connection:
        await connection.fetch(ran)
        sent = [asyncio.create_task(connection.fetch(ran)) for _ in range(2)]
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251 - that is the point
        (first,), (second,) = await asyncio.gather(*sent)
    assert (second["ended"] - first["ended"]).total_seconds() < 0.2


async def test_an_error_ends_none_but_its_own_statement(city: City) -> None:
    async with pipeline(city) as connection:
        found = await together(("SELECT 1 AS n",), ("SELECT 1 / $1::int", 0), ("SELECT 2 AS n",), on=connection)
        assert [found[0], found[2]] == [[{"n": 1}], [{"n": 2}]]
        assert isinstance(found[1], asyncpg.DivisionByZeroError)
        (unsendable,) = await together(("SELECT $1::text", "half\x00"), on=connection)
        assert isinstance(unsendable, ValueError)
        assert await connection.fetch("SELECT 3 AS n") == [{"n": 3}]


async def test_whoever_waits_is_told_when_the_server_ends_the_connection(city: City) -> None:
    async with pipeline(city) as connection, city.runtime() as other:
        (me,) = await connection.fetch("SELECT pg_backend_pid() AS pid")
        waiting = asyncio.create_task(together(("SELECT pg_sleep(30)",), ("SELECT 1",), on=connection))
        await asyncio.sleep(0.05)
        await other.execute("SELECT pg_terminate_backend($1)", me["pid"])
        found = await asyncio.wait_for(waiting, 5)
        assert all(isinstance(one, LOST) for one in found)
        assert connection.is_closed()
        with pytest.raises(ConnectionError):
            await connection.fetch("SELECT 1")


async def test_one_who_is_no_longer_interested_leaves_the_others_their_answers(city: City) -> None:
    async with pipeline(city) as connection:
        gone = asyncio.create_task(connection.fetch("SELECT pg_sleep(0.05)"))
        stays = asyncio.create_task(connection.fetch("SELECT 1 AS n"))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays == [{"n": 1}]


async def test_more_than_a_socket_holds_is_sent_while_answers_are_read(city: City) -> None:
    long = "a" * 8_000_000
    async with pipeline(city) as connection:
        found = await together(*(("SELECT $1::text AS back", long) for _ in range(3)), on=connection)
    assert found == [[{"back": long}]] * 3


async def test_what_was_prepared_and_is_gone_is_prepared_again_on_a_new_connection(city: City) -> None:
    books = Books(plain_dsn(city.database.runtime_url))
    assert await books.fetchrow("SELECT 1 AS n") == {"n": 1}
    await books.fetch("DEALLOCATE ALL")
    with pytest.raises(LOST):
        await books.fetchrow("SELECT 1 AS n")
    assert await books.fetchrow("SELECT 1 AS n") == {"n": 1}
    await books.close()


async def test_nobody_to_connect_to_is_an_error_of_the_network() -> None:
    with pytest.raises(OSError, match="OperationalError"):
        await Pipeline.connect("postgresql://a@127.0.0.1:9/b", seconds=2, application_name="test", settings={})
