from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from devtools.databases import Database
from tests.builders.processes import Process
from tests.builders.registry import City, a_city, registry


@pytest.fixture
async def process(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Process]:
    async with registry(database("registry"), tmp_path) as running:
        yield running


@pytest.fixture
async def city(process: Process) -> City:
    return await a_city(process)
