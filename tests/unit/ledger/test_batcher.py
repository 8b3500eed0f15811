"""What a batch meets in a full server, or in one of its commands, is no error of whoever sent the others."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from kernel.problems import Problem, Unavailable
from ledger.batcher import GroupCommit

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


async def _at_once(*_: Any) -> None:
    """As if the disk had it already."""
