from collections.abc import AsyncIterator, Callable

import pytest

from devtools.databases import Database
from services.funds.main import build
from tests.builders.processes import Process, running
from tests.service.funds.city import City, open_city


@pytest.fixture(scope="module")
async def funds(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One process for a module's tests; each of them has a city of its own."""
    async with running(build, "funds", database("funds"), tmp_path_factory.mktemp("funds")) as process:
        yield process


@pytest.fixture
async def city(funds: Process) -> City:
    """Nothing open, no money yet."""
    return await open_city(funds)
