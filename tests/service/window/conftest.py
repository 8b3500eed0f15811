from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime, time

import pytest

from devtools.databases import Database
from devtools.testing import Run
from kernel import clock
from tests.builders.processes import Process
from tests.service.window.rig import On, a_city, the_window


@pytest.fixture(scope="package")
def database(test_run: Run) -> Iterator[Callable[[str], Database]]:
    """One for all modules of this folder."""
    with test_run.on_demand() as of:
        yield of


@pytest.fixture(scope="package")
async def window(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One process for all tests; each of them has a city of its own."""
    async with the_window(database("window"), tmp_path_factory.mktemp("window")) as process:
        yield process


@pytest.fixture
async def city(window: Process) -> str:
    """A sandbox of the Xuzhou pack, new for each test."""
    return await a_city(window)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> On:
    """Moves the machine's clock to noon of a day: the city and the tokens live on it."""

    def move(day: date) -> None:
        noon = datetime.combine(day, time(12), tzinfo=clock.CITY_ZONE)
        monkeypatch.setattr(clock, "real_now", lambda: noon)

    return move
