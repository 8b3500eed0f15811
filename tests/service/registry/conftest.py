from collections.abc import AsyncIterator, Callable

import pytest

from devtools.databases import Database
from tests.builders.offline import Stranger, a_stranger
from tests.builders.processes import Process
from tests.builders.registry import City, a_city, registry


@pytest.fixture(scope="module")
async def process(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One for a module: every test has a city of its own."""
    async with registry(database("registry"), tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Who verifies offline."""
    return a_stranger(tmp_path_factory.mktemp("stranger"))


@pytest.fixture
async def city(process: Process) -> City:
    return await a_city(process)
