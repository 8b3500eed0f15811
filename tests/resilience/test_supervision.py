"""`make run` itself under kill -9: of everything it started, and of the supervisor."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devtools.children import starting_environment, wait_until
from devtools.postgres import throwaway_home
from devtools.processes import PROCESSES
from devtools.running import POSTGRES, answers_ready

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


class Supervisor:
    """`make run` as a process of its own, ready to serve."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "devtools.run", "--home", home, "--port", "0", "--json"],
            cwd=ROOT,
            env=starting_environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.announced: dict[str, Any] = json.loads(self.process.stdout.readline())

    def pids(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self.home / "state.json").read_text())["pids"]
        return found

    def serves_with_other_processes_than(self, before: dict[str, int]) -> bool:
        now = self.pids()
        replaced = now.keys() == before.keys() and all(now[name] != before[name] for name in now)
        return replaced and all(answers_ready(url) for url in self.announced["urls"].values())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def living(pids: dict[str, int]) -> dict[str, int]:
    return {name: pid for name, pid in pids.items() if alive(pid)}


@pytest.mark.timeout(400)  # two starts of everything, on a machine that may be busy
def test_whatever_is_killed_comes_back_and_nothing_outlives_its_supervisor(home: Path) -> None:
    supervisor = Supervisor(home)
    first = supervisor.pids()
    assert set(first) == {*PROCESSES, POSTGRES}
    for pid in first.values():
        os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: supervisor.serves_with_other_processes_than(first), seconds=150, every_ms=200)

    second = supervisor.pids()
    supervisor.process.kill()
    supervisor.process.wait()
    # PostgreSQL writes a checkpoint first, which waits for a busy disk.
    assert wait_until(lambda: not living(second), seconds=60, every_ms=100), living(second)

    again = Supervisor(home)
    assert again.announced["bootstrap_secret_file"] == supervisor.announced["bootstrap_secret_file"]
    third = again.pids()
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(timeout=30) == 0
    assert living(third) == {}
