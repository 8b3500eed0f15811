"""What the proxy's client makes of the bytes a process sends: one reading of each, or none."""

import asyncio

import pytest
import uvloop

from gateway.proxy.connections import (
    SILENT_BYTES_MAX,
    UNREAD_BYTES_MAX,
    Answer,
    Connection,
    Lost,
    Unreachable,
    Unreadable,
    UpstreamError,
)
from gateway.proxy.pools import Address, Pool
from tests.service.proxy.scripted import Script, asked, behind, read

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
PLAIN = b"HTTP/1.1 200 OK\r\n"
MIB = 1_048_576


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (OK, 200, b"ok"),
        (PLAIN + b"transfer-encoding: chunked\r\n\r\n3;x=y\r\none\r\n2\r\nok\r\n0\r\nlate: 1\r\n\r\n", 200, b"oneok"),
        (PLAIN + b"Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", 200, b""),
        (PLAIN + b"\r\nuntil the end", 200, b"until the end"),
        (b"HTTP/1.0 200 OK\r\n\r\nold", 200, b"old"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n", 304, b""),
        (PLAIN + b"connection: close\r\ncontent-length: 2\r\n\r\nok and more", 200, b"ok"),
    ],
)
@pytest.mark.parametrize("closing", [True, False])
async def test_each_form_of_answer_is_read_whole(answer: bytes, status: int, body: bytes, closing: bool) -> None:
    ends_by_closing = b"until" in answer or b"old" in answer
    async with behind(Script([answer], {0} if closing or ends_by_closing else set())) as pool:
        got = await asked(pool)
        assert (got.status, await read(got)) == (status, body)
        assert not {b"late", b"link"} & {name for name, _ in got.fields}


@pytest.mark.parametrize(
    "answer",
    [
        PLAIN + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        PLAIN + b"transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        PLAIN + b"content-length: 2\r\ncontent-length: 3\r\n\r\nok!",
        PLAIN + b"content-length: +2\r\n\r\nok",
        PLAIN + b"transfer-encoding: gzip\r\n\r\nok",
        PLAIN + b"transfer-encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        PLAIN + b"transfer-encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        PLAIN + b"x: a\r\n b\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
        b"HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 999 What\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: half a head",
        b"nonsense\r\n\r\n",
        PLAIN + b"x: " + b"a" * 3 * SILENT_BYTES_MAX + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 4_000,
    ],
)
async def test_what_has_two_readings_or_none_is_refused(answer: bytes) -> None:
    async with behind(Script([answer, OK], {0} if b"half" in answer else set())) as pool:
        with pytest.raises(Unreadable):
            await asked(pool)
        assert await read(await asked(pool)) == b"ok"


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (PLAIN + b"content-length: 5\r\n\r\nhalf", b"half"),
        (PLAIN + b"transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n", b"half"),
        (PLAIN + b"transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n", b"half"),
    ],
)
async def test_a_broken_off_body_is_never_taken_for_a_whole_one(answer: bytes, came: bytes) -> None:
    async with behind(Script([answer], {0})) as pool:
        got = await asked(pool)
        assert await got.part() == came
        with pytest.raises(UpstreamError):
            await asyncio.wait_for(got.part(), 5)


async def test_trailers_without_end_are_not_collected() -> None:
    answer = PLAIN + b"transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n" + b"t: x\r\n" * MIB
    async with behind(Script([answer])) as pool:
        with pytest.raises(Unreadable):
            await read(await asked(pool))


async def test_what_nobody_asked_for_answers_nobody() -> None:
    poisoned = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\npoisoned"
    script = Script([OK + poisoned, OK])
    async with behind(script) as pool:
        assert [await read(await asked(pool)) for _ in range(2)] == [b"ok", b"ok"]
        assert script.connections == 2


@pytest.mark.parametrize(
    ("answer", "keep", "connections"),
    [(OK, 3_000, 1), (OK, -1, 3), (OK.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"), 3_000, 3)],
)
async def test_a_connection_is_used_again_while_it_is_warm(answer: bytes, keep: int, connections: int) -> None:
    script = Script([answer])
    async with behind(script, keep=keep) as pool:
        for _ in range(3):
            assert await read(await asked(pool)) == b"ok"
        assert script.connections == connections


async def test_a_connection_closed_while_idle_is_not_used() -> None:
    script = Script([OK], {0})
    async with behind(script) as pool:
        await read(await asked(pool))
        await asyncio.sleep(0.05)
        assert await read(await asked(pool)) == b"ok"


async def test_a_lost_connection_says_so() -> None:
    async with behind(Script([b""], {0})) as pool:
        with pytest.raises(Lost):
            await asked(pool)
    with pytest.raises(Unreachable):
        await Pool(Address.of("http://127.0.0.1:1"), size=1, connect_wait=500, keep=0).connection()


async def test_requests_wait_their_turn_and_one_that_leaves_takes_no_place() -> None:
    script = Script([OK])
    async with behind(script, size=1) as pool:
        first = await pool.connection()
        waiting = [asyncio.create_task(asked(pool)) for _ in range(4)]
        await asyncio.sleep(0.01)
        assert not any(task.done() for task in waiting)
        waiting[0].cancel()
        first.abort()
        answers = await asyncio.gather(*waiting[1:])
        assert [await read(answer) for answer in answers] == [b"ok"] * 3
        assert (script.requests, script.connections) == (3, 2)


async def test_a_turn_given_to_one_that_just_left_goes_to_the_next() -> None:
    async with behind(Script([OK]), size=1) as pool:
        answer = await asked(pool)
        held = await pool.connection()
        leaving, staying = asyncio.create_task(asked(pool)), asyncio.create_task(asked(pool))
        await asyncio.sleep(0.01)
        pool._freed(held)
        leaving.cancel()
        assert await read(await staying) == b"ok"
        assert answer.complete


async def test_one_who_leaves_as_the_answer_ends_cuts_off_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    script, tasks, freed = Script([OK]), list[asyncio.Task[Answer]](), Pool._freed

    def freed_and_left(pool: Pool, connection: Connection) -> None:
        freed(pool, connection)
        tasks[0].cancel()
        if len(tasks) == 1:
            tasks.append(asyncio.create_task(asked(pool)))

    monkeypatch.setattr(Pool, "_freed", freed_and_left)
    async with behind(script) as pool:
        tasks.append(asyncio.create_task(asked(pool)))
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        assert await read(await tasks[1]) == b"ok"
        assert script.connections == 1


def test_one_who_leaves_as_the_connection_is_made_keeps_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvloop, as in production, closes such a connection without a word."""
    made, tasks = Connection.connection_made, list[asyncio.Task[Connection]]()

    def made_and_left(connection: Connection, transport: asyncio.BaseTransport) -> None:
        made(connection, transport)
        tasks[0].cancel()

    async def leave() -> None:
        async with behind(Script([OK]), size=1) as pool:
            tasks.append(asyncio.create_task(pool.connection()))
            with pytest.raises(asyncio.CancelledError):
                await tasks[0]
            assert await read(await asked(pool)) == b"ok"

    monkeypatch.setattr(Connection, "connection_made", made_and_left)
    uvloop.run(leave())


async def test_an_answer_nobody_reads_stops_at_the_process_and_its_connection_goes() -> None:
    script = Script([PLAIN + b"content-length: %d\r\n\r\n" % (64 * MIB) + b"x" * 64 * MIB])
    async with behind(script, size=1) as pool:
        with await asked(pool) as answer:
            await asyncio.sleep(0.2)
            assert UNREAD_BYTES_MAX < answer.unread < 2 * MIB
            assert script.sent < 32 * MIB
            assert len(await answer.part()) > UNREAD_BYTES_MAX
            assert await answer.part()
        await asyncio.sleep(0.05)
        assert script.closed == 1
        assert (await asked(pool)).status == 200


async def test_a_head_of_a_stream_does_not_wait_for_its_body() -> None:
    async with behind(Script([PLAIN + b"transfer-encoding: chunked\r\n\r\n"])) as pool:
        with await asked(pool) as answer:
            assert answer.status == 200


async def test_a_large_answer_arrives_whole() -> None:
    body = bytes(range(256)) * 4_096 * 8
    async with behind(Script([PLAIN + b"content-length: %d\r\n\r\n" % len(body) + body])) as pool:
        assert await read(await asked(pool)) == body
