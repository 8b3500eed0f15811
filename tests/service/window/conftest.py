from collections.abc import AsyncIterator, Callable

import pytest

from devtools.databases import Database
from tests.builders.processes import Process
from tests.service.window.rig import a_city, the_window


@pytest.fixture(scope="module")
async def window(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with the_window(database("window"), tmp_path_factory.mktemp("window")) as process:
        yield process


@pytest.fixture
async def city(window: Process) -> str:
    """A sandbox of the Xuzhou pack, new for each test."""
    return await a_city(window)
