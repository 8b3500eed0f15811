"""A running events service with a city whose competitions are told in it; a module may bring its own instead."""

from collections.abc import AsyncIterator, Callable

import pytest

from devtools.databases import Database
from services.events.main import build
from tests.builders.competitions import Contest, open_city
from tests.builders.processes import Process, running


@pytest.fixture(scope="module")
async def events(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One process and one city for a module's tests; each of them has a series and firms of its own."""
    async with running(build, "events", database("events"), tmp_path_factory.mktemp("events")) as process:
        await open_city(process)
        yield process


@pytest.fixture
async def city(events: Process) -> AsyncIterator[Contest]:
    async with (
        events.as_("person:officer-1", "officer") as officer,
        events.as_("person:officer-2", "officer") as second,
    ):
        yield Contest(events, officer, second)
