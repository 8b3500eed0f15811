"""What takes long in Python is made in threads: one workbook of ten thousand rows would hold up everybody else."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLOW = {"xlsxwriter", "text_workbook", "read_sheet", "read_sheets"}
Known = dict[tuple[str, str], set[tuple[str, str]]]


def trees() -> dict[str, ast.Module]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "services").rglob("*.py"))
    }


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def known_as(module: str, tree: ast.Module) -> dict[str, tuple[str, str]]:
    """The names of a module's own functions and of what it imports from others."""
    imported = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return imported | {node.name: (module, node.name) for node in functions(tree)}


def called(node: ast.AST) -> Iterator[str]:
    """Names called where they stand; what a lambda calls is called elsewhere."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
            yield child.func.id
        if isinstance(child, ast.Name) and child.id == "xlsxwriter":
            yield child.id
        yield from called(child)


def in_the_loop(modules: dict[str, ast.Module]) -> set[str]:
    """Async functions that call what makes or reads a workbook, be it through other functions."""
    names = {module: known_as(module, tree) for module, tree in modules.items()}
    slow = {(module, name) for module in ("", "kernel.workbooks") for name in SLOW}
    found: set[str] = set()
    before = -1
    while len(slow) > before:
        before = len(slow)
        for module, tree in modules.items():
            for node in functions(tree):
                if any(names[module].get(name, ("", name)) in slow for name in called(node)):
                    if isinstance(node, ast.AsyncFunctionDef):
                        found.add(f"{module}.{node.name}")
                    else:
                        slow.add((module, node.name))
    return found


def test_no_workbook_is_made_or_read_in_the_event_loop() -> None:
    assert in_the_loop(trees()) == set()


def test_the_search_follows_calls_through_modules_and_spares_what_is_handed_to_a_thread() -> None:
    files = ast.parse("import xlsxwriter\ndef _book(): xlsxwriter.Workbook()\ndef as_xlsx(): return _book()\n")
    routes = ast.parse(
        "from files import as_xlsx as made\n"
        "async def direct(): return made()\n"
        "async def aside(work): return await drawn(work, partial(made))\n"
        "async def later(): return await run(lambda: made())\n"
    )
    assert in_the_loop({"files": files, "routes": routes}) == {"routes.direct"}
