from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from devtools.databases import Database
from devtools.testing import Run
from services.vouchers.main import build
from services.vouchers.settings import VoucherSettings
from tests.builders.processes import Process, running
from tests.builders.vouchers import Wuhan


@pytest.fixture(scope="package")
def database(test_run: Run) -> Iterator[Callable[[str], Database]]:
    """One for all modules of this folder."""
    with test_run.on_demand() as of:
        yield of


@pytest.fixture(scope="package")
async def vouchers(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One process for all tests; each of them has a city of its own."""
    own = {"settings": VoucherSettings, "voucher_code_key": "k" * 40}
    folder = tmp_path_factory.mktemp("vouchers")
    async with running(build, "vouchers", database("vouchers"), folder, **own) as process:
        yield process


@pytest.fixture
async def wuhan(vouchers: Process) -> Wuhan:
    return await Wuhan(vouchers).open()


@pytest.fixture(scope="package")
async def reading_desk(vouchers: Process) -> Wuhan:
    """A city for what is refused as soon as it is read: nothing is ever kept in it."""
    return await Wuhan(vouchers).open()
