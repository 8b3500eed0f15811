"""What a new OpenAPI document takes away from those who built on the old one (additive changes only within /v1).

A value a client sends must stay acceptable, a value it gets must stay readable. Enums in answers may grow.
"""

from collections.abc import Iterator
from typing import Any

from devtools.breaking_values import Comparison, Direction

Json = dict[str, Any]


def breaking_changes(old: Json, new: Json) -> list[str]:
    """Each change that would break a client, in words; empty when none would."""
    values = Comparison(old, new)
    found: list[str] = []
    for path, methods in old.get("paths", {}).items():
        for method, operation in methods.items():
            now = new.get("paths", {}).get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            found += [f"{where} is gone"] if now is None else _operation(where, operation, now, values)
    return list(dict.fromkeys(found))


def _operation(where: str, old: Json, new: Json, values: Comparison) -> Iterator[str]:
    if old.get("operationId") != new.get("operationId"):
        yield f"{where} is not called {old.get('operationId')} any more"
    if _scopes(new) - _scopes(old):
        yield f"{where} asks for {', '.join(sorted(_scopes(new) - _scopes(old)))} now"
    yield from _parameters(where, old, new, values)
    yield from _body(where, old.get("requestBody"), new.get("requestBody"), values)
    for status, answer in old["responses"].items():
        if status not in new["responses"]:
            yield f"{where} does not answer {status} any more"
        else:
            now = new["responses"][status]
            yield from _contents(f"{where} {status}", answer, now, values, Direction.ANSWERED)
            gone = set(answer.get("headers", ())) - set(now.get("headers", ()))
            yield from (f"{where} {status} has no {header} any more" for header in sorted(gone))


def _scopes(operation: Json) -> set[str]:
    return {scope for way in operation.get("security", ()) for scopes in way.values() for scope in scopes}


def _parameters(where: str, old: Json, new: Json, values: Comparison) -> Iterator[str]:
    before = {(item["in"], item["name"]): item for item in old.get("parameters", ())}
    now = {(item["in"], item["name"]): item for item in new.get("parameters", ())}
    for (kind, name), item in before.items():
        if (kind, name) in now:
            schemas = item.get("schema", {}), now[kind, name].get("schema", {})
            yield from values.differences(f"{where} {name}", *schemas, Direction.SENT)
        elif kind != "header":  # a header nobody reads harms nobody
            yield f"{where} takes {name} no more"
    for (kind, name), item in now.items():
        if item.get("required") and not before.get((kind, name), {}).get("required"):
            yield f"{where} demands {name} now"


def _body(where: str, old: Json | None, new: Json | None, values: Comparison) -> Iterator[str]:
    if new is not None and new.get("required") and not (old or {}).get("required"):
        yield f"{where} demands a body now"
    if old is not None:
        yield from _contents(where, old, new or {}, values, Direction.SENT)


def _contents(where: str, old: Json, new: Json, values: Comparison, direction: Direction) -> Iterator[str]:
    for kind, content in old.get("content", {}).items():
        if kind not in new.get("content", {}):
            yield f"{where} has no {kind} any more"
        else:
            schemas = content.get("schema", {}), new["content"][kind].get("schema", {})
            yield from values.differences(where, *schemas, direction)
