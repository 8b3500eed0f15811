from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from devtools.databases import Database
from services.vouchers.main import build
from services.vouchers.settings import VoucherSettings
from tests.builders.processes import Process, running
from tests.builders.vouchers import Wuhan


@pytest.fixture
async def vouchers(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Process]:
    own = {"settings": VoucherSettings, "voucher_code_key": "k" * 40}
    async with running(build, "vouchers", database("vouchers"), tmp_path, **own) as process:
        yield process


@pytest.fixture
async def wuhan(vouchers: Process) -> Wuhan:
    return await Wuhan(vouchers).open()
