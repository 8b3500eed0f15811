import asyncio

import pytest

from kernel.app import end


@pytest.mark.anyio
async def test_a_task_that_lost_its_cancellation_in_a_failing_group_ends_all_the_same() -> None:
    times = 0

    async def fails() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ConnectionError("the database went down too")

    async def runs() -> None:
        nonlocal times
        while True:
            times += 1
            try:
                async with asyncio.TaskGroup() as group:
                    if times == 1:
                        group.create_task(fails())
                    await asyncio.sleep(60)
            except* ConnectionError:
                pass

    task = asyncio.create_task(runs())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end([task])
    assert (task.cancelled(), times) == (True, 2)
