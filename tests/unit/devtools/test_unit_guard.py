import socket

import asyncpg
import pytest

from kernel.testing import ConnectedInUnitTestError, is_unit


def test_a_socket_does_not_connect_in_a_unit_test() -> None:
    with socket.socket() as outward, pytest.raises(ConnectedInUnitTestError):
        outward.connect(("127.0.0.1", 9))


async def test_a_database_is_out_of_reach_in_a_unit_test() -> None:
    with pytest.raises(ConnectedInUnitTestError):
        await asyncpg.connect("postgresql://a:b@127.0.0.1:9/c")


@pytest.mark.parametrize(
    ("nodeid", "expected"),
    [("tests/unit/a/test_b.py::test_c", True), ("tests/service/test_b.py::test_unit", False)],
)
def test_only_the_unit_folder_is_guarded(nodeid: str, expected: bool) -> None:
    assert is_unit(nodeid) is expected
