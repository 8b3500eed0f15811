"""`deploy/secrets`: files stay readable for the containers' user, so the folder has to be the lock."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def test_a_folder_that_was_open_before_is_its_owners_alone_and_what_is_in_it_stays(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "person_number_key").write_text("the only key", encoding="utf-8")
    subprocess.run([ROOT / "deploy" / "secrets", folder], check=True, capture_output=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / "person_number_key").read_text(encoding="utf-8") == "the only key"
    assert (folder / "workloads-public" / "funds.pub.pem").exists()
    assert (folder / "identity-providers").is_dir(), "compose mounts it, and would make it root's"


def test_a_signing_key_that_was_replaced_does_not_come_back(tmp_path: Path) -> None:
    """The first by name signs: a new 0001.pem would sign at once, before anybody knows it."""
    (tmp_path / "signing").mkdir()
    (tmp_path / "signing" / "0002.pem").write_text("the new key", encoding="utf-8")
    subprocess.run([ROOT / "deploy" / "secrets", tmp_path], check=True, capture_output=True)
    assert [path.name for path in (tmp_path / "signing").iterdir()] == ["0002.pem"]


@pytest.mark.parametrize(
    "line",
    ['SECRETS="elsewhere" # ours', "SECRETS='elsewhere'", "SECRETS=before\nexport SECRETS = elsewhere  # ours\r"],
)
def test_the_folder_compose_reads_is_the_one_that_is_filled(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"TAG=2026.12\n{line}\n", encoding="utf-8")
    ours = {name: value for name, value in os.environ.items() if name != "SECRETS"}
    subprocess.run([ROOT / "deploy" / "secrets"], cwd=tmp_path, env=ours, check=True, capture_output=True)
    assert {path.name for path in tmp_path.iterdir()} == {".env", "elsewhere"}
    assert (tmp_path / "elsewhere" / "certificates.pem").exists()


def test_the_folder_that_is_filled_is_the_one_that_is_kept() -> None:
    """Two scripts read `.env`; what one learns of how compose reads it the other must know."""
    filled, kept = ((ROOT / "deploy" / name).read_text(encoding="utf-8") for name in ("secrets", "backup"))
    (stated,) = re.findall(r"^stated=.*?\|\| true\)$", filled, re.MULTILINE | re.DOTALL)
    assert stated in kept
