"""What a batch meets in a server that ran out of something is no error of whoever sent a command."""

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
    commands.start()
    told = await asyncio.gather(*(commands.submit(number, "books") for number in range(3)), return_exceptions=True)
    await commands.close()
    assert [type(one) for one in told] == [Unavailable] * 3
