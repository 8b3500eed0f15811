"""`make run` says what is wrong with the machine or the call in one line, and leaves what is there as it was."""

import fcntl
import subprocess
import sys
from pathlib import Path

from devtools.postgres import Server, throwaway_home

ROOT = Path(__file__).resolve().parents[3]


def last_words(home: Path, port: str) -> list[str]:
    """Of a run that cannot start, without its progress."""
    done = subprocess.run(
        [sys.executable, "-m", "devtools.run", "--json", "--home", str(home), "--port", port],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode != 0, done.stdout) == (True, "")
    return done.stderr.splitlines()


def test_a_second_run_on_the_same_data_is_told_so_and_touches_no_secret() -> None:
    with throwaway_home() as home:
        server = Server(home / "postgres", durable=True)
        server.home.mkdir()
        with (server.home / "lock").open("w") as first:
            fcntl.flock(first, fcntl.LOCK_EX)
            assert last_words(home, "0") == [f"another process already runs the server in {server.home}"]
        assert not (home / "secrets").exists()


def test_a_folder_nobody_can_write_in_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (words,) = last_words(tmp_path / "file" / "var", "0")
    assert str(tmp_path / "file") in words


def test_a_port_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    for port in ("many", "65534"):
        assert last_words(tmp_path / "var", port)[-1].endswith(f"--port: '{port}' is no number from 0 to 65530")
    assert not (tmp_path / "var").exists()
