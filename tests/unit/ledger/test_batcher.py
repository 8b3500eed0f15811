"""What a batch meets in a full server, or in one of its commands, is no error of whoever sent the others."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from kernel.problems import Problem, Unavailable
from ledger.batcher import GroupCommit
from ledger.links import Disk

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("error", [asyncpg.DiskFullError, asyncpg.TooManyConnectionsError, asyncpg.OutOfMemoryError])
async def test_a_server_without_room_is_told_as_a_pause_for_each_of_a_batch(error: type[Exception]) -> None:
    async def refused(*_: Any) -> Sequence[Problem]:
        raise error("no space left on device")

    commands: GroupCommit[int, int] = GroupCommit("postgresql://nobody@nowhere/none", refused, conflicts=lambda _: ())
    commands._disk.opened = _at_once  # type: ignore[method-assign]
    commands.start()
    told = await asyncio.gather(*(commands.submit(number, "books") for number in range(3)), return_exceptions=True)
    await commands.close()
    assert [type(one) for one in told] == [Unavailable] * 3


async def test_a_command_that_cannot_be_sent_fails_alone() -> None:
    async def doubled(_books: Any, _group: Any, numbers: Sequence[int]) -> list[int]:
        if 1 in numbers:
            raise ValueError("text with control characters")
        return [2 * number for number in numbers]

    commands: GroupCommit[int, int] = GroupCommit("postgresql://nobody@nowhere/none", doubled, conflicts=lambda _: ())
    commands._disk.opened = commands._disk.reached = _at_once  # type: ignore[method-assign]
    commands.start()
    told = await asyncio.gather(*(commands.submit(number, "books") for number in range(3)), return_exceptions=True)
    await commands.close()
    assert [told[0], type(told[1]), told[2]] == [0, ValueError, 4]


async def test_what_its_own_commit_does_not_settle_goes_the_other_way() -> None:
    ways: list[tuple[str, Sequence[int]]] = []

    async def double(_books: Any, _group: Any, numbers: Sequence[int]) -> Sequence[int]:
        ways.append(("reached", numbers))
        return [2 * number for number in numbers]

    async def double_even(_books: Any, _group: Any, numbers: Sequence[int]) -> Sequence[int | None]:
        ways.append(("its own", numbers))
        return [None if number % 2 else 2 * number for number in numbers]

    commands: GroupCommit[int, int] = GroupCommit(
        "postgresql://nobody@nowhere/none", double, run_durably=double_even, conflicts=lambda _: ()
    )
    commands._disk.opened = commands._disk.reached = _at_once  # type: ignore[method-assign]
    commands.start()
    assert await asyncio.gather(*(commands.submit(number, "books") for number in range(5))) == [0, 2, 4, 6, 8]
    await commands.close()
    assert ways == [("its own", [0, 1, 2, 3, 4]), ("reached", [1, 3])]


async def test_a_batch_is_durable_with_its_own_commit_behind_another_but_not_before_other_groups() -> None:
    ways: list[tuple[str, str]] = []
    books = asyncio.Event()

    async def shared(_books: Any, group: Any, numbers: Sequence[int]) -> Sequence[int]:
        ways.append(("shared", group))
        await books.wait()
        return numbers

    async def its_own(_books: Any, group: Any, numbers: Sequence[int]) -> Sequence[int]:
        ways.append(("its own", group))
        await books.wait()
        return numbers

    commands: GroupCommit[int, int] = GroupCommit(
        "postgresql://nobody@nowhere/none", shared, run_durably=its_own, conflicts=lambda _: ()
    )
    commands._disk.opened = commands._disk.reached = _at_once  # type: ignore[method-assign]
    commands.start()
    waiting = [await _submitted(commands, 0), await _submitted(commands, 1)]
    assert ways == [("its own", "books"), ("its own", "books")]
    waiting += [asyncio.create_task(commands.submit(number, f"city {number}")) for number in range(2, 5)]
    await asyncio.sleep(0.001)
    books.set()
    assert await asyncio.gather(*waiting) == [0, 1, 2, 3, 4]
    await commands.close()
    assert ways[2:] == [("shared", "city 2"), ("shared", "city 3"), ("its own", "city 4")]


async def test_while_the_disk_is_slow_the_books_go_on() -> None:
    written: list[Sequence[int]] = []
    disk = asyncio.Event()

    async def write(_books: Any, _group: Any, numbers: Sequence[int]) -> Sequence[int]:
        written.append(numbers)
        return numbers

    async def reached(_opened: Any) -> None:
        await disk.wait()

    commands: GroupCommit[int, int] = GroupCommit("postgresql://nobody@nowhere/none", write, conflicts=lambda _: ())
    commands._disk.opened, commands._disk.reached = _at_once, reached  # type: ignore[method-assign]
    commands.start()
    waiting = [await _submitted(commands, number) for number in range(6)]
    assert written == [[number] for number in range(6)]
    assert not any(task.done() for task in waiting)
    disk.set()
    assert await asyncio.gather(*waiting) == list(range(6))
    await commands.close()


async def test_what_arrives_while_the_books_are_taken_goes_together() -> None:
    written: list[Sequence[int]] = []
    books = asyncio.Event()

    async def write(_books: Any, _group: Any, numbers: Sequence[int]) -> Sequence[int]:
        written.append(numbers)
        await books.wait()
        return numbers

    commands: GroupCommit[int, int] = GroupCommit("postgresql://nobody@nowhere/none", write, conflicts=lambda _: ())
    commands._disk.opened = commands._disk.reached = _at_once  # type: ignore[method-assign]
    commands.start()
    waiting = [await _submitted(commands, number) for number in range(6)]
    books.set()
    assert await asyncio.gather(*waiting) == list(range(6))
    assert written == [[0], [1], [2, 3, 4, 5]]
    await commands.close()


async def test_more_batches_at_the_books_than_there_is_room_for_let_no_other_in() -> None:
    """Whoever waited for the disk's connection, or sends again, does not ask whether there is room."""
    written: list[Sequence[int]] = []
    connected, books = asyncio.Event(), asyncio.Event()

    async def write(_books: Any, _group: Any, numbers: Sequence[int]) -> Sequence[int]:
        written.append(numbers)
        await books.wait()
        return numbers

    async def opened() -> None:
        await connected.wait()

    commands: GroupCommit[int, int] = GroupCommit("postgresql://nobody@nowhere/none", write, conflicts=lambda _: ())
    commands._disk.opened, commands._disk.reached = opened, _at_once  # type: ignore[method-assign]
    commands.start()
    waiting = [await _submitted(commands, number) for number in range(3)]
    connected.set()
    waiting += [await _submitted(commands, number) for number in range(3, 6)]
    books.set()
    assert await asyncio.gather(*waiting) == list(range(6))
    assert written == [[0], [1], [2], [3, 4, 5]]
    await commands.close()


async def test_whoever_wrote_before_a_connection_was_lost_leaves_the_next_one_to_others() -> None:
    """Else each of eight batches that waited would end the connection of all who send again."""
    disk, made = Disk("postgresql://nobody@nowhere/none"), []

    class Connection:
        closed = False

        def __init__(self) -> None:
            made.append(self)

        def is_closed(self) -> bool:
            return self.closed

        def terminate(self) -> None:
            self.closed = True

        async def fetchval(self, _query: str) -> None:
            """Durable at once."""

    async def connect() -> Connection:
        return Connection()

    disk._connect = connect  # type: ignore[method-assign]
    lost = await disk.opened()
    lost.terminate()
    for _ in range(2):
        with pytest.raises(asyncpg.InterfaceError):
            await disk.reached(lost)
    assert made == [lost]
    opened = await disk.opened()
    with pytest.raises(asyncpg.InterfaceError):
        await disk.reached(lost)
    await disk.reached(opened)
    assert [one.is_closed() for one in made] == [True, False]


async def _submitted(commands: GroupCommit[int, int], number: int) -> asyncio.Task[int]:
    """Taken up by a flusher, if one has room."""
    task = asyncio.create_task(commands.submit(number, "books"))
    await asyncio.sleep(0.001)
    return task


async def _at_once(*_: Any) -> None:
    """As if the disk had it already."""
