"""The four promises about our own code that no off-the-shelf lint checks: `python -m devtools.lints`.

A line that must differ says why: `# allow float: seconds of a socket timeout`. A pragma without a reason is ignored.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PRODUCT = ("kernel", "ledger", "contracts", "policy", "services", "gateway")
_PURE = {"rules.py", "states.py", "postings.py", "money.py"}
_PLAIN_NUMBERS = (0, 1, -1)  # nothing, one, and the last of a sequence are not policy
_CLOCK_READS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("func", "now"),
    ("func", "current_timestamp"),
    ("func", "current_date"),
}
_SQL_CLOCK = re.compile(r"(?i)\b(now\(\)|transaction_timestamp\(\)|current_(date|time|timestamp)\b|localtimestamp\b)")
_PRAGMA = re.compile(r"#\s*allow (?P<rule>[a-z]+): \S+")


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    path: Path
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


Nodes = Sequence[ast.AST]  # all of a file: walked once for all the rules
Found = Iterator[tuple[ast.AST, str]]


def commit_outside_kernel(path: Path, nodes: Nodes) -> Found:
    """One request, one transaction, committed by the kernel before the answer leaves (blueprint 7)."""
    if path.parts[0] == "kernel":
        return
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node, "only the kernel commits"


def inexact_number(path: Path, nodes: Nodes) -> Found:
    """Money is integer fen and ratios are basis points; a binary fraction is neither (blueprint 6)."""
    for node in nodes:
        if isinstance(node, ast.Name) and node.id == "float":
            yield node, "the type float is banned in product code"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node, f"{node.value} is a binary fraction; write an integer of a smaller unit"
        elif isinstance(node, ast.Attribute) and node.attr in {"Float", "Double", "REAL"}:
            yield node, f"a {node.attr} column rounds"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and path.name in _PURE:
            yield node, "true division makes a float; divide with a named rounding of kernel.money"


def clock_read(path: Path, nodes: Nodes) -> Found:
    """Time is an argument; only kernel/clock.py knows what it is now, in which city."""
    if path == Path("kernel/clock.py"):
        return
    prose = {id(text) for text in _docstrings(nodes)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in _CLOCK_READS:
            yield node, f"{_last_name(node.value)}.{node.attr} reads the clock"
        elif isinstance(node, ast.ImportFrom) and node.module == "time" and {"time", "time_ns"} & _imported(node):
            yield node, "time.time reads the clock"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            found = _SQL_CLOCK.search(node.value)
            if found:
                yield node, f"{found[0]} in SQL reads the server's clock"


def policy_number(path: Path, nodes: Nodes) -> Found:
    """A number of policy lives in a pack, with its clause and first day of validity."""
    if path.name != "rules.py":
        return
    signed = {id(node.operand): node for node in nodes if isinstance(node, ast.UnaryOp)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            negative = id(node) in signed and isinstance(signed[id(node)].op, ast.USub)
            value = -node.value if negative else node.value
            if value not in _PLAIN_NUMBERS:
                yield node, f"{value} belongs into a policy pack"


RULES: dict[str, Callable[[Path, Nodes], Found]] = {
    "commit": commit_outside_kernel,
    "float": inexact_number,
    "clock": clock_read,
    "number": policy_number,
}


def breaches(path: Path, source: str) -> list[Breach]:
    """Every breach in one file; `path` relative to the repository, because rules differ by place."""
    nodes = list(ast.walk(ast.parse(source, filename=str(path))))
    lines = source.splitlines()
    return sorted(
        Breach(path, node.lineno, rule, message)  # type: ignore[attr-defined]  # rules yield nodes with a place only
        for rule, check in RULES.items()
        for node, message in check(path, nodes)
        if rule not in _allowed(lines, node)
    )


def product_files(root: Path) -> list[Path]:
    return sorted(path for folder in PRODUCT for path in (root / folder).rglob("*.py"))


def _allowed(lines: list[str], node: ast.AST) -> set[str]:
    first: int = node.lineno  # type: ignore[attr-defined]
    last: int = node.end_lineno or first  # type: ignore[attr-defined]
    return {found["rule"] for line in lines[first - 1 : last] for found in _PRAGMA.finditer(line)}


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _imported(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _docstrings(nodes: Nodes) -> Iterator[ast.expr]:
    for node in nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def main() -> int:
    root = Path.cwd()
    found = [
        breach
        for path in product_files(root)
        for breach in breaches(path.relative_to(root), path.read_text(encoding="utf-8"))
    ]
    for breach in found:
        print(breach)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
