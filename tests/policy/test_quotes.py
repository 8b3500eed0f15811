"""Every quote on its cited line. The originals are not part of the product: POLICY_DOCUMENTS names their folder."""

import os
from pathlib import Path

import pytest

from policy.loader import load_pack, pack_ids
from policy.quotes import clause_stands, stands
from policy.schema import Lines

FOLDER = os.environ.get("POLICY_DOCUMENTS")
QUOTED = [(pack_id, key) for pack_id in pack_ids() for key in load_pack(pack_id).clauses]


@pytest.mark.skipif(not FOLDER, reason="POLICY_DOCUMENTS names no folder of originals")
@pytest.mark.parametrize(("pack_id", "clause_id"), QUOTED)
def test_quote_stands_on_its_line(pack_id: str, clause_id: str) -> None:
    pack = load_pack(pack_id)
    clause = pack.clauses[clause_id]
    text = (Path(str(FOLDER)) / pack.documents[clause.document].text_file).read_text(encoding="utf-8")
    assert clause_stands(clause, text)


@pytest.mark.parametrize(
    ("quote", "first", "last", "expected"),
    [
        ("设立2000万元", 2, 2, True),
        ("设立2000万元", 1, 1, False),
        ("各县…资金", 2, 3, True),
        ("用于…设立", 2, 3, False),
        ("设立3000万元", 1, 3, False),
    ],
)
def test_the_check_itself_can_fail(quote: str, first: int, last: int, expected: bool) -> None:
    text = "# 题\n设立 2000 万元的资金，用于\n各县（市）区的资金。"
    assert stands(quote, Lines(first=first, last=last), text) is expected
