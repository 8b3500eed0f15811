"""`make run` as a process of its own, to be killed with all it started."""

import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from devtools.children import starting_environment, wait_until
from devtools.databases import TARGETS, Database, addresses, kept_passwords
from devtools.postgres import is_free
from devtools.processes import PROCESSES, log_file
from devtools.running import POSTGRES, answers_ready
from devtools.secret_files import SecretFiles

ROOT = Path(__file__).resolve().parents[2]


class Supervised:
    """Serves from `port` on; `home` keeps its data from one start to the next."""

    def __init__(self, home: Path, *, port: int) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "devtools.run", "--home", home, "--port", str(port), "--json"],
            cwd=ROOT,
            env=starting_environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.announced: dict[str, Any] = json.loads(self.process.stdout.readline())

    @property
    def url(self) -> str:
        return str(self.announced["url"])

    @property
    def bootstrap_secret(self) -> str:
        return Path(self.announced["bootstrap_secret_file"]).read_text(encoding="ascii").strip()

    @property
    def databases(self) -> dict[str, Database]:
        server = self.home / POSTGRES
        admin_url = f"postgresql://postgres@127.0.0.1:{(server / 'port').read_text()}/postgres"
        passwords = SecretFiles(Path(self.announced["secrets"])).database_passwords
        return {
            target: addresses(admin_url, target, name=target, passwords=kept_passwords(passwords, target))
            for target in TARGETS
        }

    def pids(self) -> dict[str, int]:
        """As the supervisor wrote them last: of the dead until it has looked."""
        found: dict[str, int] = json.loads((self.home / "state.json").read_text())["pids"]
        return found

    def alive(self, name: str) -> bool:
        return is_alive(self.pids().get(name))

    def kill(self, name: str) -> None:
        """kill -9; whoever is killed is for the supervisor to start again."""
        os.kill(self.pids()[name], signal.SIGKILL)

    def serves(self) -> bool:
        everything = self.pids().keys() == {*PROCESSES, POSTGRES} and all(map(is_alive, self.pids().values()))
        return everything and all(answers_ready(url) for url in self.announced["urls"].values())

    def last_words(self) -> str:
        """The end of every log."""
        logs = {name: log_file(self.home, name).read_text(errors="replace").splitlines() for name in PROCESSES}
        return "\n".join("\n".join((name, *lines[-20:])) for name, lines in logs.items())

    def end(self) -> None:
        """Whatever became of the test."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert wait_until(lambda: not any(map(is_alive, self.pids().values())), seconds=60, every_ms=100)


def is_alive(pid: int | None) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody listens on, below those the system hands out itself."""
    while True:
        first = 10_000 + secrets.randbelow(20_000)
        if all(is_free(first + offset) for offset in range(number)):
            return first
