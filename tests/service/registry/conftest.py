from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from devtools.databases import Database
from tests.builders.offline import Stranger, a_stranger
from tests.builders.processes import Process
from tests.builders.registry import City, a_city, registry


@pytest.fixture(scope="module")
async def process(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One for a module."""
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
def common() -> list[City]:
    """The city of a module, once a test has asked for it."""
    return []


@pytest.fixture
async def city(
    request: pytest.FixtureRequest, process: Process, common: list[City], terms: dict[str, Any] | None
) -> City:
    """The one of the module; `own_city` marks who moves its clock or policy, or looks at all there is in it."""
    if request.node.get_closest_marker("own_city"):
        return await a_city(process, settings=terms)
    if not common:
        common.append(await a_city(process, settings=terms))
    return await common[0].shared()
