import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from devtools.children import wait_until
from devtools.postgres import Server, _serves, throwaway_home


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


def test_what_a_killed_run_left_is_removed_by_the_next_one() -> None:
    code = (
        "import os, signal; from devtools.postgres import throwaway_server\n"
        "with throwaway_server() as server: print(server.home, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    left = Path(killed.stdout.strip())
    assert left.is_dir()
    with throwaway_home():
        assert not left.exists()


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    with Server(home, durable=True) as running:
        yield running


def ask(url: str, *statements: str) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("durable", [True, False])
def test_a_row_that_is_refused_is_not_told_to_the_log(durable: bool) -> None:
    with throwaway_home() as folder, Server(folder, durable=durable) as server:
        with pytest.raises(asyncpg.UniqueViolationError):
            ask(
                server.url,
                "CREATE TABLE person (name text UNIQUE)",
                "INSERT INTO person VALUES (chr(24352)), (chr(24352))",
            )
        told = (server.home / "log").read_text(encoding="utf-8")
    assert "duplicate key" in told
    assert chr(24352) not in told


def supervise_elsewhere(home: Path) -> subprocess.Popen[str]:
    code = (
        "import sys, time; from pathlib import Path; from devtools.postgres import Server\n"
        "server = Server(Path(sys.argv[1]), durable=True); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)"
    )
    return subprocess.Popen([sys.executable, "-c", code, home], stdout=subprocess.PIPE, text=True)


def test_a_committed_row_survives_kill_9_of_the_server(server: Server) -> None:
    ask(server.url, "DROP TABLE IF EXISTS kept", "CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(server.pid or 0, signal.SIGKILL)
    assert wait_until(lambda: not server.alive, seconds=5)
    server.start()
    assert ask(server.url, "SELECT n FROM kept") == 42


def test_a_backend_that_outlives_a_killed_server_is_waited_for(server: Server) -> None:
    """Busy, it does not notice at once; until it has, no other server may use its shared memory."""
    busy = "SELECT count(*) FROM generate_series(1, 6000000) a WHERE md5(a::text) = ''"
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(ask, server.url, "SET max_parallel_workers_per_gather = 0", busy)
        time.sleep(0.5)
        assert not asked.done()
        os.kill(server.pid or 0, signal.SIGKILL)
        assert wait_until(lambda: not server.alive, seconds=5)
        server.start()
    assert ask(server.url, "SELECT 1") == 1


def test_the_port_and_password_stay_over_a_restart(server: Server) -> None:
    before = server.url
    server.stop()
    server.start()
    assert server.url == before


def test_a_lock_file_naming_a_foreign_live_process_does_not_block(server: Server) -> None:
    server.stop()
    (server.home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{server.home / 'data'}\n")
    server.start()
    assert ask(server.url, "SELECT 1") == 1


def test_kill_9_of_the_supervisor_ends_the_server_and_the_next_one_starts(home: Path) -> None:
    supervisor = supervise_elsewhere(home)
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    assert _serves(pid, home / "data")
    supervisor.kill()
    supervisor.wait()
    assert wait_until(lambda: not _serves(pid, home / "data"), seconds=10)
    with Server(home, durable=True) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_two_supervisors_of_one_folder_exclude_each_other(server: Server) -> None:
    with pytest.raises(RuntimeError, match="already runs"):
        Server(server.home, durable=True).start()
    assert ask(server.url, "SELECT 1") == 1


def test_a_wrong_password_is_refused(server: Server) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(server.url.replace("://postgres:", "://postgres:wrong"), "SELECT 1")


def test_the_data_folder_is_closed_to_others(server: Server) -> None:
    assert (server.home / "data").stat().st_mode & 0o077 == 0
    assert (server.home / "password").stat().st_mode & 0o077 == 0


def test_the_server_keeps_what_it_confirmed(server: Server) -> None:
    assert [ask(server.url, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == [
        "on"
    ] * 3
