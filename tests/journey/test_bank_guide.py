"""The bank guide: its commands run as they are written, and are the same in both languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from devtools.partner import open_for_a_bank

pytestmark = pytest.mark.timeout(200)
DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def commands(name: str) -> list[str]:
    return BLOCK.findall((DOCS / name).read_text(encoding="utf-8"))


def test_the_guide_says_the_same_in_both_languages() -> None:
    assert commands("bank-guide.md") == commands("bank-guide.zh-CN.md")


def test_from_onboarding_to_reconciliation(gateway: httpx2.Client, bootstrap_secret: str, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    given = open_for_a_bank(gateway, bootstrap_secret)
    (tmp_path / "var" / "partner.json").write_text(json.dumps(given), encoding="utf-8")
    code = "\n".join(commands("bank-guide.md"))
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "eligible 160000000 [('city', 48000000), ('province', 112000000), ('bank', 0)]" in ran.stdout
    assert ran.stdout.splitlines()[-1].startswith("the payment stands in the books of ")
