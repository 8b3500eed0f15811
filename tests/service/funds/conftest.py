from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import pytest

from devtools.databases import Database
from devtools.testing import Run
from services.funds.main import build
from tests.builders.processes import Process, machine_set_to, running
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.city import City, open_city
from tests.service.funds.town import LONG_AGO, Town

STARTED = datetime(2026, 6, 2, 2, tzinfo=UTC)  # a Tuesday in Xuzhou, ten o'clock


@pytest.fixture(scope="package")
def database(test_run: Run) -> Iterator[Callable[[str], Database]]:
    """One for all modules of this folder."""
    with test_run.on_demand() as of:
        yield of


@pytest.fixture(scope="package")
async def funds(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One process for all tests; each of them has a city of its own, and half a year before its year ends."""
    with machine_set_to(STARTED):
        async with running(build, "funds", database("funds"), tmp_path_factory.mktemp("funds")) as process:
            yield process


@pytest.fixture
async def city(funds: Process) -> City:
    """Nothing open, no money yet."""
    return await open_city(funds)


@pytest.fixture
async def town(funds: Process) -> Town:
    """Without a policy and without money."""
    town = Town(funds)
    await town.opens()
    return town


@pytest.fixture
async def pool(town: Town) -> Town:
    await town.knows(
        snapshot_with("xuzhou", default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"}, recorded_at=LONG_AGO)
    )
    await town.has_fund()
    await town.admits_bank()
    return town
