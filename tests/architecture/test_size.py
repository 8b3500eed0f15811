"""Files of at most 400 lines and functions of at most 40: what one reads at a sitting, and at a glance."""

import ast
from collections.abc import Iterator
from pathlib import Path

from devtools.lints import product_files

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 40


def measured() -> list[Path]:
    """Product code and our own tools; a migration is history, nobody shortens it."""
    files = [*product_files(ROOT), *sorted((ROOT / "devtools").rglob("*.py"))]
    return [path for path in files if "versions" not in path.parts]


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the end of the body, without the docstring."""
    documented = ast.get_docstring(node, clean=False) is not None
    first = node.body[0]
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """However deep among statements; no expression holds one."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from functions(child)


def test_no_file_is_longer_than_the_cap() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in measured()}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_the_cap() -> None:
    too_long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": function_lines(node)
        for path in measured()
        for node in functions(ast.parse(path.read_text(encoding="utf-8")))
        if function_lines(node) > FUNCTION_LINES_MAX
    }
    assert too_long == {}


def test_the_measure_counts_the_body_and_not_the_docstring() -> None:
    (node,) = ast.parse('def f(\n    a: int,\n) -> int:\n    """One.\n\n    Two.\n    """\n    return a\n').body
    assert isinstance(node, ast.FunctionDef)
    assert function_lines(node) == 4
