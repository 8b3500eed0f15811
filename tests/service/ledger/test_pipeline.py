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
from ledger.arrays import array_of
from ledger.links import LOST, Books
from ledger.pipeline import Pipeline
from tests.service.ledger.conftest import City

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def pipeline(city: City, *, owner: bool = False) -> AsyncIterator[Pipeline]:
    url = city.database.migrator_url if owner else city.database.runtime_url
    connection = await Pipeline.connect(
        plain_dsn(url), seconds=5, application_name="test", settings={"timezone": "UTC"}
    )
    yield connection
    connection.terminate()


async def together(*statements: tuple[Any, ...], on: Pipeline) -> Sequence[object]:
    return await asyncio.gather(*(on.fetch(*statement) for statement in statements), return_exceptions=True)


async def until_it_sleeps(pid: int, *, seen_by: Any) -> None:
    while not await seen_by.fetchval("SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $1", pid):
        await asyncio.sleep(0.01)


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


async def test_columns_come_back_as_they_were_packed(city: City) -> None:
    columns: dict[str, list[Any]] = {
        "bytea": [b"", b"\x00\xff", None],
        "bigint": [2**62, -1, None],
        "smallint": [201, -1, None],
        "integer": [2026, -(2**31), None],
        "text": ["", '众创 \\ " {NULL},', None],
        "timestamptz": [datetime(2026, 11, 27, 4, 30, 0, 1, tzinfo=UTC), datetime(1949, 10, 1, tzinfo=UTC), None],
        "uuid": [UUID(int=1), UUID(int=2**128 - 1), None],
    }
    query = "SELECT " + ", ".join(f'${place}::{kind}[] AS "{kind}"' for place, kind in enumerate(columns, 1))
    async with pipeline(city) as connection:
        packed = [array_of(kind, values) for kind, values in columns.items()]
        assert await connection.fetch(query, *packed) == [columns]
        empty = [array_of(kind, []) for kind in columns]
        assert await connection.fetch(query, *empty) == [{kind: [] for kind in columns}]
    for text in ("half\x00", "\ud800"):
        with pytest.raises(ValueError, match=r"NUL|surrogates"):
            array_of("text", [text])


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


async def test_a_statement_that_is_cancelled_leaves_those_behind_it_their_answers(city: City) -> None:
    async with pipeline(city) as connection, city.runtime() as other:
        (me,) = await connection.fetch("SELECT pg_backend_pid() AS pid")
        waiting = asyncio.create_task(together(("SELECT pg_sleep(30)",), ("SELECT 1 AS n",), on=connection))
        await until_it_sleeps(me["pid"], seen_by=other)
        await other.execute("SELECT pg_cancel_backend($1)", me["pid"])
        cancelled, answered = await asyncio.wait_for(waiting, 5)
    assert isinstance(cancelled, asyncpg.QueryCanceledError)
    assert answered == [{"n": 1}]


async def test_what_cannot_be_prepared_is_told_each_time_and_prepared_once_it_can(city: City) -> None:
    async with pipeline(city, owner=True) as connection:
        for _ in range(2):
            with pytest.raises(asyncpg.UndefinedTableError):
                await connection.fetch("SELECT n FROM nowhere")
        await connection.fetch("CREATE TEMPORARY TABLE nowhere AS SELECT 5 AS n")
        assert await connection.fetch("SELECT n FROM nowhere") == [{"n": 5}]


async def test_an_answer_that_python_cannot_hold_is_no_answer(city: City) -> None:
    async with pipeline(city) as connection:
        with pytest.raises(OSError, match="DataError"):
            await connection.fetch("SELECT 'infinity'::timestamptz AS ever")


async def test_whoever_waits_is_told_when_the_server_ends_the_connection(city: City) -> None:
    async with pipeline(city) as connection, city.runtime() as other:
        (me,) = await connection.fetch("SELECT pg_backend_pid() AS pid")
        waiting = asyncio.create_task(together(("SELECT pg_sleep(30)",), ("SELECT 1",), on=connection))
        await until_it_sleeps(me["pid"], seen_by=other)
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
    """What is on the old one's way is still answered there."""
    books = Books(plain_dsn(city.database.runtime_url))
    first = await books.fetchrow("SELECT 1 AS n, pg_backend_pid() AS pid")
    await books.fetch("DEALLOCATE ALL")
    gone, behind = await asyncio.gather(
        books.fetch("SELECT 1 AS n, pg_backend_pid() AS pid"),
        books.fetch("SELECT 2 AS n, pg_backend_pid() AS pid"),
        return_exceptions=True,
    )
    assert isinstance(gone, LOST)
    assert behind == [{"n": 2, "pid": first["pid"]}]
    assert (await books.fetchrow("SELECT 1 AS n, pg_backend_pid() AS pid"))["pid"] != first["pid"]
    await books.close()


async def test_columns_that_changed_since_are_read_as_they_are_now(city: City) -> None:
    books = Books(plain_dsn(city.database.migrator_url))
    await books.fetch("CREATE TEMPORARY TABLE one AS SELECT 1 AS a")
    assert await books.fetchrow("SELECT * FROM one") == {"a": 1}
    await books.fetch("ALTER TABLE one ADD b int DEFAULT 2")
    with pytest.raises(LOST):
        await books.fetchrow("SELECT * FROM one")
    with pytest.raises(asyncpg.UndefinedTableError):  # on a new connection
        await books.fetchrow("SELECT * FROM one")
    await books.close()


async def test_a_server_that_accepts_and_says_nothing_is_not_waited_for_for_ever() -> None:
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(30), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(TimeoutError):
        await Pipeline.connect(f"postgresql://a@127.0.0.1:{port}/b", seconds=1, application_name="test", settings={})
    silent.close()


async def test_nobody_to_connect_to_is_an_error_of_the_network() -> None:
    with pytest.raises(OSError, match="OperationalError"):
        await Pipeline.connect("postgresql://a@127.0.0.1:9/b", seconds=2, application_name="test", settings={})
