"""A backup that failed is no backup: `deploy/backup` says so and leaves nothing one might take for one."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def back_up(folder: Path, docker: str) -> "subprocess.CompletedProcess[str]":
    """With `docker` as what stands for compose, and one secret."""
    (folder / "bin").mkdir()
    (folder / "bin" / "docker").write_text(f"#!/bin/sh\n{docker}\n", encoding="utf-8")
    (folder / "bin" / "docker").chmod(0o755)
    (folder / "secrets").mkdir()
    (folder / "secrets" / "person_number_key").write_text("the only key", encoding="utf-8")
    (folder / "password").write_text("long enough", encoding="utf-8")
    return subprocess.run(
        [ROOT / "deploy" / "backup", "kept", "password", "secrets"],
        cwd=folder, env=os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_server_that_breaks_off_halfway_ends_in_failure_and_leaves_nothing(tmp_path: Path) -> None:
    assert back_up(tmp_path, "echo half; exit 1").returncode == 1
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_is_kept_is_its_owners_alone_and_the_secrets_open_with_the_password_only(tmp_path: Path) -> None:
    assert back_up(tmp_path, "echo everything").returncode == 0
    base, secrets = sorted((tmp_path / "kept").iterdir())
    assert [oct(one.stat().st_mode & 0o777) for one in (base, secrets)] == ["0o600", "0o600"]
    assert subprocess.run(["gunzip", "-c", base], capture_output=True, check=True).stdout == b"everything\n"
    assert secrets.read_bytes()[:8] == b"Salted__"
    opened = "openssl enc -d -aes-256-cbc -pbkdf2 -pass file:password -in kept/secrets-* | tar -xzO ./person_number_key"
    told = subprocess.run(["bash", "-c", opened], cwd=tmp_path, capture_output=True, check=True)
    assert told.stdout == b"the only key"
