import re
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.lints import breaches, product_files
from kernel.messages import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
FILE_NAMES = {"api", "schemas", "service", "rules", "states", "postings", "models", "queries"}


def test_no_product_file_breaks_a_promise() -> None:
    found = [
        str(breach)
        for path in product_files(ROOT)
        for breach in breaches(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_imports_keep_their_contracts() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_every_error_of_our_own_has_a_chinese_and_an_english_sentence() -> None:
    ours = re.compile(r'PydanticCustomError\(\s*"(\w+)"')
    named = {code for path in product_files(ROOT) for code in ours.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 1
    assert named - SENTENCES.keys() == set()


def test_a_service_takes_the_pack_in_force_and_never_merely_the_latest() -> None:
    """`latest_snapshot` and `current_policy` hold every edition of a pack; what decides a case is `policy_for`."""
    whole = re.compile(r"\b(latest_snapshot|current_policy)\b")
    allowed = {"gateway/window/policies", "gateway/window/editions"}
    found = {
        str(path.parent.relative_to(ROOT))
        for path in product_files(ROOT)
        if path.relative_to(ROOT).parts[0] in {"services", "gateway"} and whole.search(path.read_text(encoding="utf-8"))
    }
    assert "gateway/window/policies" in found
    assert found - allowed == set()


@pytest.mark.parametrize("banned", ["utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"])
def test_no_module_hides_behind_a_name_that_says_nothing(banned: str) -> None:
    assert [str(path) for path in product_files(ROOT) if banned in path.stem.split("_")] == []
