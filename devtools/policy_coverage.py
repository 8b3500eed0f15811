"""`make policy-coverage`: which provisions stand in a pack, and which a test of a running service touches.

*bound*: the provision is a clause of its city's pack, tied to what implements it or to a reason why nothing does.
*live*: a service or journey test names its id in its code (a value it sends, expects or compares; a comment or a
docstring is a label and does not count). POLICY_DOCUMENTS names the folder of originals, to look up every quote in.
"""

import ast
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from policy.loader import load_pack
from policy.quotes import clause_stands
from policy.schema import Clause, Pack

ROOT = Path(__file__).resolve().parent.parent
TESTS = ("tests/service", "tests/journey")
# The five documents as they were read, provision by provision: pack, prefix of the ids, how many.
PROVISIONS = (
    ("zhuzhou", "ZZ", 37),
    ("liuzhou", "LZ", 59),
    ("wuhan", "WH", 36),
    ("xuzhou", "XZ", 40),
    ("jiaxing", "JX", 39),
)
IDS = re.compile(r"\b(?:ZZ|LZ|WH|XZ|JX)-\d{2}\b")


def provisions(prefix: str, count: int) -> list[str]:
    """`XZ-01` to the last."""
    return [f"{prefix}-{number:02}" for number in range(1, count + 1)]


def kind_of(clause: Clause) -> str:
    """What a clause is bound to first, or `no_software`."""
    return clause.bound_to[0].partition(":")[0] if clause.bound_to else "no_software"


def named_in(source: str) -> set[str]:
    """The provisions a test file names in its code, docstrings and comments aside."""
    tree = ast.parse(source)
    labels = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        found
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in labels
        for found in IDS.findall(node.value)
    }


def live_provisions() -> set[str]:
    """Every provision that a service or journey test names."""
    files = [path for folder in TESTS for path in (ROOT / folder).rglob("*.py")]
    return set().union(*(named_in(path.read_text(encoding="utf-8")) for path in files))


def rows(live: Iterable[str]) -> Iterator[tuple[str, str, int, int]]:
    """City, kind, bound, live."""
    touched = set(live)
    for pack_id, prefix, count in PROVISIONS:
        pack = load_pack(pack_id)
        bound, lived = Counter[str](), Counter[str]()
        for key in provisions(prefix, count):
            if key in pack.clauses:
                bound[kind_of(pack.clauses[key])] += 1
                lived[kind_of(pack.clauses[key])] += key in touched
        for kind in sorted(bound):
            yield pack.city.zh, kind, bound[kind], lived[kind]


def unbound() -> list[str]:
    """Provisions that stand in no pack."""
    return [
        key
        for pack_id, prefix, count in PROVISIONS
        for key in provisions(prefix, count)
        if key not in load_pack(pack_id).clauses
    ]


def misquoted(folder: Path) -> list[str]:
    """Clauses whose quote is not on its cited line."""
    return [
        clause.id
        for pack_id, _, _ in PROVISIONS
        for pack in [load_pack(pack_id)]
        for clause in pack.clauses.values()
        if not clause_stands(clause, _text(folder, pack, clause))
    ]


def _text(folder: Path, pack: Pack, clause: Clause) -> str:
    return (folder / pack.documents[clause.document].text_file).read_text(encoding="utf-8")


def main() -> None:
    """Print the table; fail for a provision without a clause or a quote that does not stand."""
    totals: dict[str, int] = defaultdict(int)
    print(f"{'city':<10}{'kind':<14}{'bound':>6}{'live':>6}")
    for city, kind, bound, live in rows(live_provisions()):
        print(f"{city:<8}{kind:<14}{bound:>6}{live:>6}")
        totals["bound"] += bound
        totals["live"] += live
    wanted = sum(count for _, _, count in PROVISIONS)
    print(f"{'all':<24}{totals['bound']:>6}{totals['live']:>6}   of {wanted}")
    faults = [f"{key} stands in no pack" for key in unbound()]
    folder = os.environ.get("POLICY_DOCUMENTS")
    if folder:
        wrong = misquoted(Path(folder))
        print(f"quotes: {totals['bound'] - len(wrong)} stand on their cited lines")
        faults += [f"{key} does not stand on its cited line" for key in wrong]
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
