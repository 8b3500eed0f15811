import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from devtools.lints import breaches, product_files
from kernel.messages import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
PURE = {"rules", "states", "postings"}


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


def test_no_pure_file_lies_outside_the_contract_that_keeps_it_pure() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    patterns = next(one for one in contracts if one["id"] == "pure")["source_modules"]
    levels = {(pattern.count("."), pattern.rpartition(".")[2]) for pattern in patterns}
    pure = [
        path.relative_to(ROOT).with_suffix("").parts
        for folder in ("services", "gateway/window")
        for path in (ROOT / folder).rglob("*.py")
        if path.stem in PURE
    ]
    assert len(pure) > 10
    assert [parts for parts in pure if (len(parts) - 1, parts[-1]) not in levels] == []


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
