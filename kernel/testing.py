"""A pytest plugin: what every test of a process needs, and what a unit test may not do.

Async tests run by anyio on asyncio. Under `tests/unit` no socket connects, so no database either; unit tests slower
than `SLOW_UNIT_TEST_MS` are listed at the end of a run.
"""

import gc
import socket
from collections.abc import Generator, Iterator
from pathlib import PurePath
from typing import Any, NoReturn

import pytest

SLOW_UNIT_TEST_MS = 100
_SLOW = pytest.StashKey[list[tuple[int, str]]]()
_OUTWARD = ("connect", "connect_ex", "sendto")


class ConnectedInUnitTestError(Exception):
    """A test under tests/unit reached for the network or a database."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SLOW] = []


def is_unit(nodeid: str) -> bool:
    return PurePath(nodeid.partition("::")[0]).parts[:2] == ("tests", "unit")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests and all our modules stay to the end: nothing to look through for cycles, now or later.

    What is garbage by then stays, too: to find it costs more than it holds.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Keep the sockets of a unit test shut while it and all its fixtures run."""
    if not is_unit(item.nodeid):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        for name in _OUTWARD:
            patch.setattr(socket.socket, name, _refuse)
        return (yield)


def _refuse(_: socket.socket, address: Any, *__: Any) -> NoReturn:
    raise ConnectedInUnitTestError(f"a unit test may not connect (to {address!r}); tests/service may")


class _SlowUnitTests:
    """Collects durations where results arrive: in the controller of a parallel run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and is_unit(report.nodeid) and report.duration * 1000 > SLOW_UNIT_TEST_MS:
            self._config.stash[_SLOW].append((round(report.duration * 1000), report.nodeid))


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.pluginmanager.register(_SlowUnitTests(session.config))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    slow = config.stash[_SLOW]
    if slow:
        terminalreporter.section(f"unit tests over {SLOW_UNIT_TEST_MS} ms")
        for milliseconds, nodeid in sorted(slow, reverse=True):
            terminalreporter.line(f"{milliseconds:6} ms  {nodeid}")
