from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from devtools.databases import Database
from devtools.testing import Run
from tests.builders.offline import Stranger, a_stranger
from tests.builders.processes import Process
from tests.builders.registry import City, CityFor, a_city, registry


@pytest.fixture(scope="package")
def database(test_run: Run) -> Iterator[Callable[[str], Database]]:
    """One for all modules of this folder."""
    with test_run.on_demand() as of:
        yield of


@pytest.fixture(scope="package")
async def process(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One for all tests; each of them has a city of its own or one of its module."""
    async with registry(database("registry"), tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Who verifies offline."""
    return a_stranger(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def terms() -> dict[str, Any] | None:
    """What is set in the cities of a module; None as in tests/policy/xuzhou/settings.yaml."""
    return None


@pytest.fixture(scope="module")
def common() -> dict[str, City]:
    """The cities that tests of a module share, once one of them has asked."""
    return {}


@pytest.fixture
def city_for(request: pytest.FixtureRequest, common: dict[str, City]) -> CityFor:
    """The one of the module; `own_city` marks who moves its clock or policy, or looks at all there is in it."""

    async def make_or_share(name: str, make: Callable[[], Awaitable[City]]) -> City:
        if request.node.get_closest_marker("own_city"):
            return await make()
        if name not in common:
            common[name] = await make()
        return await common[name].shared()

    return make_or_share


@pytest.fixture
async def city(process: Process, city_for: CityFor, terms: dict[str, Any] | None) -> City:
    return await city_for("city", lambda: a_city(process, settings=terms))
