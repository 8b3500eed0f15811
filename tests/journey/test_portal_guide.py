"""The portal guide: its commands run as they are written, and are the same in both languages."""

import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

pytestmark = pytest.mark.timeout(200)
DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def commands(name: str) -> list[str]:
    return BLOCK.findall((DOCS / name).read_text(encoding="utf-8"))


def test_the_guide_says_the_same_in_both_languages() -> None:
    assert commands("portal-guide.md") == commands("portal-guide.zh-CN.md")


def test_from_onboarding_to_a_rated_case(gateway: httpx2.Client, bootstrap_secret: str, tmp_path: Path) -> None:
    secrets = tmp_path / "var" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "bootstrap_secret").write_text(bootstrap_secret, encoding="ascii")
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(commands("portal-guide.md"))],
        cwd=tmp_path, env={"WINDOW": str(gateway.base_url).rstrip("/"), "PYTHONUTF8": "1"},
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert "[('resident teams and firms', 18, 20)]" in lines
    assert "('/form/level', 'Not one of the permitted values (one of municipal)')" in ran.stdout
    assert "['case.correction_requested', 'case.closed']" in lines
    assert "supplement_awaited supplied" in lines
    assert "in_force 云龙湖众创空间" in lines
    assert "304" in lines
    assert lines[-4:-3] == ["satisfied given None"]
    assert lines[-1] == "True False invalid_client"
