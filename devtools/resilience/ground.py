"""The processes under fire: PostgreSQL, funds, and the neighbours that stay up. Used from the main thread only."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from joserfc.jwk import ECKey

from devtools.children import Asked, spawn, starting_environment, stop, wait_until
from devtools.databases import Database, prepare
from devtools.postgres import Server, free_port, throwaway_home
from devtools.processes import UVICORN
from devtools.resilience.tokens import ISSUER, Signer
from devtools.running import answers_ready
from kernel.workload import load_key

FUNDS, POSTGRES = "funds", "postgres"
READY_SECONDS = 60
_ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Ground:
    """`url` is where funds answers; it does so again on the same port after every kill."""

    home: Path
    server: Server
    database: Database
    signer: Signer
    neighbours_url: str
    port: int
    kills: list[str] = field(default_factory=list)
    _funds: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Start funds without waiting for it."""
        told = {f"{name}_URL": self.neighbours_url for name in ("WINDOW", "REGISTRY", "VOUCHERS", "EVENTS")}
        environment = starting_environment() | told | {
            "SERVICE": FUNDS, "DATABASE_URL": self.database.runtime_url, "PUBLIC_URL": ISSUER,
            "WORKLOAD_KEY_FILE": str(self.home / "key.pem"), "CURSOR_SECRET": "c" * 32, "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        command = _uvicorn("services.funds.main:build", self.port)
        self._funds = spawn(command, log=self.home / "funds.log", env=environment, cwd=_ROOT)

    def kill(self, victim: str) -> None:
        """kill -9, at once and without a word."""
        self.kills.append(victim)
        pid = self.server.pid if victim == POSTGRES else self._funds.pid if self._funds else None
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def tend(self) -> None:
        """Start again whatever is dead; PostgreSQL is waited for, as funds would wait for it."""
        if not self.server.alive:
            self.server.start()
        if self._funds is None or self._funds.poll() is not None:
            self.launch()

    def await_ready(self) -> None:
        """Raises RuntimeError with the last words of funds when it does not come up."""

        def ready() -> bool:
            self.tend()
            return answers_ready(self.url)

        if not wait_until(ready, seconds=READY_SECONDS, every_ms=50):
            raise RuntimeError("funds does not become ready\n" + self.last_words())

    def last_words(self) -> str:
        """The end of what funds wrote."""
        return "\n".join((self.home / "funds.log").read_text(errors="replace").splitlines()[-20:])

    def end(self) -> None:
        if self._funds is not None:
            stop(self._funds, Asked(signal.SIGTERM, 12))


@contextmanager
def ground() -> Iterator[Ground]:
    """A durable server of its own, migrated, with funds answering on it."""
    with throwaway_home() as home, Server(home / POSTGRES, durable=True) as server:
        (home / "key.pem").write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
        database = prepare(server.url, FUNDS, passwords=home / "passwords", name=FUNDS)
        port = free_port()
        environment = starting_environment() | {"RESILIENCE_KEY_FILE": str(home / "key.pem")}
        command = _uvicorn("devtools.resilience.neighbours:app", port)
        others = spawn(command, log=home / "neighbours.log", env=environment, cwd=_ROOT)
        signer = Signer(load_key(home / "key.pem"))
        made = Ground(home, server, database, signer, f"http://127.0.0.1:{port}", free_port())
        try:
            made.await_ready()
            yield made
        finally:
            made.end()
            stop(others, Asked(signal.SIGTERM, 5))


def _uvicorn(factory: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--host", "127.0.0.1", "--port", str(port)]
    return [*command, *UVICORN, "--timeout-graceful-shutdown", "5"]
