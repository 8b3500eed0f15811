from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools.databases import Database
from devtools.testing import Run
from tests.builders.offline import Stranger, a_stranger
from tests.builders.processes import Process
from tests.builders.registry import City, a_city, registry


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One loop for all modules, as the process of all of them needs."""
    return "asyncio"


@pytest.fixture(scope="session")
def registry_database(test_run: Run) -> Iterator[Database]:
    with ThreadPoolExecutor(1) as thread:  # an async fixture is asking, and a loop runs in this one
        made = thread.submit(test_run.clone, "registry").result()
        yield made
        thread.submit(test_run.drop, made.name).result()


@pytest.fixture(scope="session")
async def process(registry_database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """One for all modules: every test has a city of its own."""
    async with registry(registry_database, tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Who verifies offline."""
    return a_stranger(tmp_path_factory.mktemp("stranger"))


@pytest.fixture
async def city(process: Process) -> City:
    return await a_city(process)
