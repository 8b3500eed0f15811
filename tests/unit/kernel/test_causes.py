"""Why a database gave no answer is told in one line: in /readyz, in the log, by operators' commands."""

from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DBAPIError

from kernel.db import cause_of
from kernel.health import database_check

pytestmark = pytest.mark.anyio
REFUSED = 'password authentication failed for user "funds_runtime"'


def of_driver(message: str) -> DBAPIError:
    return DBAPIError("SELECT 1", {"secret": "hunter2"}, Exception(message), hide_parameters=True)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (of_driver(f"{REFUSED}\nDETAIL: hunter2"), REFUSED),
        (ConnectionRefusedError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_the_cause_is_one_line_of_its_own(error: Exception, told: str) -> None:
    assert cause_of(error) == told


async def test_a_process_that_is_not_ready_says_why() -> None:
    def connect() -> None:
        raise of_driver(REFUSED)

    check = database_check(SimpleNamespace(engine=SimpleNamespace(connect=connect)), "0042")
    assert await check() == f"the database does not answer: {REFUSED}"
