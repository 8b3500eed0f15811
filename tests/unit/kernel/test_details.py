"""A problem's detail is in the reader's language, or not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.details import DETAILS
from kernel.problems import Conflict, Forbidden

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("kernel", "gateway", "services", "ledger", "policy")
PROBLEMS = {
    "Forbidden", "Invalid", "InvalidClient", "InvalidTokenRequest", "JsonRefused", "Malformed", "TokenRefused",
    "Unavailable", "UpstreamFailed",
}  # fmt: skip
RAISED = re.compile(rf"\b({'|'.join(PROBLEMS)})\(")


def sentences() -> Iterator[str]:
    """Every plain sentence the code raises a problem with."""
    for part in PARTS:
        for path in (ROOT / part).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            if not RAISED.search(code):  # most files: parsing them takes the time
                continue
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PROBLEMS:
                    yield from (
                        arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    )


def test_each_sentence_has_its_chinese() -> None:
    found = set(sentences())
    assert len(found) > 20
    assert found - DETAILS.keys() == set()


@pytest.mark.parametrize(
    ("language", "detail"), [("zh", "该客户端不代表任何银行"), ("en", "this client acts for no bank")]
)
def test_the_detail_is_in_the_readers_language(language: str, detail: str) -> None:
    assert Forbidden("this client acts for no bank").document(language)["detail"] == detail


def test_what_has_no_chinese_is_left_to_the_title() -> None:
    assert "detail" not in Conflict("only in English").document("zh")
    assert Conflict("only in English").document("en")["detail"] == "only in English"


class Twice(Conflict):
    code, title_zh, title_en, hint_zh, hint_en = "twice", "重复", "Twice", "可查询", "Ask for it"


def test_a_hint_is_told_where_nothing_else_is() -> None:
    assert (Twice().document("zh")["detail"], Twice().document("en")["detail"]) == ("可查询", "Ask for it")
