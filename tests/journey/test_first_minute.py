"""README, "A bank's first minute": it runs as it is written, in both languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from devtools.partner import open_for_a_bank

pytestmark = pytest.mark.timeout(200)
ROOT = Path(__file__).resolve().parents[2]
SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_a_bank_begins_with_what_the_readme_says(
    gateway: httpx2.Client, bootstrap_secret: str, tmp_path: Path, readme: str
) -> None:
    given = open_for_a_bank(gateway, bootstrap_secret)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "partner.json").write_text(json.dumps(given), encoding="utf-8")
    (code,) = SNIPPET.findall((ROOT / readme).read_text(encoding="utf-8"))
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    outcome, *reasons = ran.stdout.splitlines()
    assert outcome == "not_eligible"
    assert [("尚未到期" in reason, "放款凭证" in reason) for reason in reasons] == [(True, False), (False, True)]
