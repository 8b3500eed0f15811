from collections.abc import AsyncIterator, Callable

import pytest

from devtools.databases import Database
from services.vouchers.main import build
from services.vouchers.settings import VoucherSettings
from tests.builders.processes import Process, running
from tests.builders.vouchers import Wuhan


@pytest.fixture(scope="module")
async def vouchers(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    """One process for a module's tests; each of them has a city of its own."""
    own = {"settings": VoucherSettings, "voucher_code_key": "k" * 40}
    folder = tmp_path_factory.mktemp("vouchers")
    async with running(build, "vouchers", database("vouchers"), folder, **own) as process:
        yield process


@pytest.fixture
async def wuhan(vouchers: Process) -> Wuhan:
    return await Wuhan(vouchers).open()
