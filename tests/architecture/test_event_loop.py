"""What takes long in Python is made in threads: one workbook of ten thousand rows would hold up everybody else."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLOW = {"xlsxwriter", "text_workbook", "read_sheet", "read_sheets"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def trees() -> dict[str, ast.Module]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "services").rglob("*.py"))
    }


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in tree.body if isinstance(node, Function))


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """However deep; an expression holds none, and most of a tree is expressions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from statements(child)


def known_as(module: str, tree: ast.Module) -> dict[str, tuple[str, str]]:
    """The names of a module's own functions and of what it imports from others."""
    imported = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in statements(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return imported | {node.name: (module, node.name) for node in functions(tree)}


def called(node: ast.AST) -> Iterator[str]:
    """Names called where they stand; what a lambda calls is called elsewhere."""
    todo = [node]
    while todo:
        for child in ast.iter_child_nodes(todo.pop()):
            if isinstance(child, ast.Lambda):
                continue
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
                yield child.func.id
            if isinstance(child, ast.Name) and child.id == "xlsxwriter":
                yield child.id
            todo.append(child)


def in_the_loop(modules: dict[str, ast.Module]) -> set[str]:
    """Async functions that call what makes or reads a workbook, be it through other functions."""
    slow = {(module, name) for module in ("", "kernel.workbooks") for name in SLOW}
    calls = list(calls_of(modules))
    found: set[str] = set()
    before = -1
    while len(slow) > before:
        before = len(slow)
        for module, node, names in calls:
            if names & slow:
                if isinstance(node, ast.AsyncFunctionDef):
                    found.add(f"{module}.{node.name}")
                else:
                    slow.add((module, node.name))
    return found


def calls_of(modules: dict[str, ast.Module]) -> Iterator[tuple[str, Function, set[tuple[str, str]]]]:
    """Every function with its module and what it calls, each as the module and the name it has there."""
    for module, tree in modules.items():
        names = known_as(module, tree)
        for node in functions(tree):
            yield module, node, {names.get(name, ("", name)) for name in called(node)}


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
