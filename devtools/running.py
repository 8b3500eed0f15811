"""The whole product on this machine, as `make run` and the journeys use it: PostgreSQL, databases, six processes."""

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from devtools.children import Asked, spawn, stop, wait_until
from devtools.databases import Database, prepare_all
from devtools.postgres import Server, free_port, is_free
from devtools.processes import PROCESSES, Addresses, command, environment, log_file
from devtools.secret_files import SecretFiles

POSTGRES = "postgres"
_READY_SECONDS = 120
_ROOT = Path(__file__).resolve().parent.parent
_STOP_STEPS = (Asked(signal.SIGTERM, 12),)
_SHORT_LIFE_SECONDS = 5
_REST_SECONDS_MAX = 10


class NotReadyError(RuntimeError):
    """A process died or did not become ready; the message ends with its last words."""


class Instance:
    """One running installation with its data, secrets and logs under `home`.

    `port` is the proxy's, the others follow it; without it all ports are free ones. `postgres_url` (an
    administrator's) replaces the embedded server; `databases`, migrated already, spare the making of its own.
    Use as a context manager, or `start` and `stop`.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        postgres_url: str | None = None,
        databases: dict[str, Database] | None = None,
    ) -> None:
        self.home = home.absolute()
        self.addresses = Addresses.from_port(port) if port else Addresses({name: free_port() for name in PROCESSES})
        self.secrets = SecretFiles(self.home / "secrets")
        self.databases = databases or {}
        self.server = None if postgres_url or databases else Server(self.home / POSTGRES, durable=True)
        self._postgres_url = postgres_url
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._deaths: dict[str, int] = {}

    @property
    def url(self) -> str:
        """The gateway: what a client is told."""
        return self.addresses.urls["proxy"]

    @property
    def urls(self) -> dict[str, str]:
        return self.addresses.urls

    def start(self, *, tell: Callable[[str], None] = lambda _: None) -> None:
        """Bring everything up and return once each process says it is ready. Raises NotReadyError."""
        taken = [str(port) for port in self.addresses.ports.values() if not is_free(port)]
        if taken:
            raise NotReadyError(f"in use by somebody else: port {', '.join(taken)} (choose with PORT=...)")
        (self.home / "log").mkdir(parents=True, exist_ok=True)
        if self.databases:
            self.secrets.complete(PROCESSES)
        else:
            self._make_databases(tell)
        tell("starting the processes")
        for process in PROCESSES:
            self.launch(process)
        self.wait_ready()

    def stop(self) -> None:
        """End everything in order: processes first, then the database. Calling it again does nothing."""
        for child in self._children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self._children.values():
            stop(child, *_STOP_STEPS)
        self._children.clear()
        if self.server is not None:
            self.server.stop()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def launch(self, process: str) -> None:
        """Start one process without waiting for it."""
        self._started[process] = time.monotonic()
        self._children[process] = spawn(
            command(process, self.addresses.ports[process]),
            log=log_file(self.home, process),
            env=environment(process, self.addresses, self.secrets, self.databases.get(process)),
            cwd=_ROOT,
        )
        self._write_state()

    def kill(self, name: str) -> None:
        """kill -9 of a process or of `postgres`, and wait until it is gone."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        if not wait_until(lambda: not self.alive(name), seconds=10):
            raise NotReadyError(f"{name} ({pid}) survives SIGKILL")

    def restart(self, name: str) -> None:
        """Start again what was killed, and wait until it is ready."""
        if name == POSTGRES:
            self._admin_url()
        else:
            self.launch(name)
        self.wait_ready(*([] if name == POSTGRES else [name]))

    def alive(self, name: str) -> bool:
        if name == POSTGRES:
            return self.server is not None and self.server.alive
        return name in self._children and self._children[name].poll() is None

    def pid(self, name: str) -> int:
        """The process id; the postmaster's for `postgres`."""
        found = self.server.pid if name == POSTGRES and self.server is not None else None
        return found or self._children[name].pid

    def tend(self) -> list[str]:
        """Start again whatever died, later and later what dies young. Returns what it started."""
        revived = []
        if self.server is not None and not self.server.alive:
            self.server.start()
            revived.append(POSTGRES)
        for process in PROCESSES:
            if not self.alive(process) and time.monotonic() - self._started[process] >= self._rest(process):
                died_young = time.monotonic() - self._started[process] < _SHORT_LIFE_SECONDS
                self._deaths[process] = self._deaths.get(process, 0) + 1 if died_young else 0
                self.launch(process)
                revived.append(process)
        if revived:
            self._write_state()
        return revived

    def wait_ready(self, *names: str) -> None:
        """Return once the named processes, or all, are ready. Raises NotReadyError, for a death at once."""
        waited_for = names or PROCESSES

        def settled() -> bool:
            dead = [name for name in waited_for if not self.alive(name)]
            if dead:
                raise NotReadyError(f"{dead[0]} died\n{self.last_words(dead[0])}")
            return all(answers_ready(self.urls[name]) for name in reversed(waited_for))  # the proxy needs the others

        if not wait_until(settled, seconds=_READY_SECONDS, every_ms=200):
            waiting = ", ".join(name for name in waited_for if not answers_ready(self.urls[name]))
            raise NotReadyError(f"not ready after {_READY_SECONDS} s: {waiting}; see {self.home / 'log'}")

    def last_words(self, process: str) -> str:
        """The end of its log."""
        log = log_file(self.home, process)
        return "\n".join(log.read_text(errors="replace").splitlines()[-20:]) if log.exists() else ""

    def state(self) -> dict[str, object]:
        """What a test or script needs to know, as JSON can say it."""
        names = [*PROCESSES, *([POSTGRES] if self.server is not None else [])]
        return {
            "url": self.url,
            "urls": self.urls,
            "bootstrap_secret_file": str(self.secrets.bootstrap_secret),
            "secrets": str(self.secrets.folder),
            "pids": {name: self.pid(name) for name in names if self.alive(name)},
        }

    def _make_databases(self, tell: Callable[[str], None]) -> None:
        tell("starting PostgreSQL")
        admin_url = self._admin_url()  # the home is ours alone from here on: only now secrets are made in it
        self.secrets.complete(PROCESSES)
        tell("migrating the databases")
        self.databases = prepare_all(admin_url, passwords=self.secrets.database_passwords)

    def _admin_url(self) -> str:
        if self.server is None:
            return self._postgres_url or ""
        if not self.server.alive:
            self.server.start()
        return self.server.url

    def _rest(self, process: str) -> int:
        deaths = self._deaths.get(process, 0)
        return min(_REST_SECONDS_MAX, 2 ** (deaths - 1)) if deaths else 0

    def _write_state(self) -> None:
        draft = self.home / ".state.json"
        draft.write_text(json.dumps(self.state(), indent=1))
        draft.replace(self.home / "state.json")


def answers_ready(url: str) -> bool:
    """Whether a process of ours answers /readyz with 200."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
