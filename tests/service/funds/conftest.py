from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from devtools.databases import Database
from services.funds.main import build
from tests.builders.processes import Process, running
from tests.service.funds.city import City, open_city


@pytest.fixture
async def funds(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Process]:
    async with running(build, "funds", database("funds"), tmp_path) as process:
        yield process


@pytest.fixture
async def city(funds: Process) -> City:
    """Nothing open, no money yet."""
    return await open_city(funds)
