"""What a new OpenAPI document takes away from those who built on the old one (additive changes only within /v1)."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def breaking_changes(old: Json, new: Json) -> list[str]:
    """Each change that would break a client, in words; empty when none would."""
    return [*_operations(old, new), *_schemas(old, new)]


def _operations(old: Json, new: Json) -> Iterator[str]:
    for path, methods in old.get("paths", {}).items():
        for method, operation in methods.items():
            where = f"{method.upper()} {path}"
            now = new.get("paths", {}).get(path, {}).get(method)
            if now is None:
                yield f"{where} is gone"
                continue
            yield from _parameters(where, operation, now)
            gone = set(operation["responses"]) - set(now["responses"])
            yield from (f"{where} does not answer {status} any more" for status in sorted(gone))
            if _is_required(now) and not _is_required(operation):
                yield f"{where} demands a body now"


def _is_required(operation: Json) -> bool:
    return bool(operation.get("requestBody", {}).get("required"))


def _parameters(where: str, old: Json, new: Json) -> Iterator[str]:
    before = {(item["in"], item["name"]) for item in old.get("parameters", ())}
    now = {(item["in"], item["name"]): item for item in new.get("parameters", ())}
    yield from (f"{where} takes {name} no more" for kind, name in sorted(before - now.keys()) if kind != "header")
    for key, item in now.items():
        if item.get("required") and key not in before:
            yield f"{where} demands {key[1]} now"


def _schemas(old: Json, new: Json) -> Iterator[str]:
    """By name: requests end in `In`, everything else is an answer."""
    before = old.get("components", {}).get("schemas", {})
    now = new.get("components", {}).get("schemas", {})
    for name, schema in before.items():
        if name not in now:
            continue  # nobody sees a name; what it described is compared where it is used
        fields, fields_now = schema.get("properties", {}), now[name].get("properties", {})
        gone = sorted(set(fields) - set(fields_now))
        yield from (f"{name}.{field} is gone" for field in gone)
        if name.endswith("In"):
            demanded = set(now[name].get("required", ())) - set(schema.get("required", ()))
            yield from (f"{name}.{field} is demanded now" for field in sorted(demanded))
        for field in sorted(set(fields) & set(fields_now)):
            yield from _values(f"{name}.{field}", fields[field], fields_now[field], is_request=name.endswith("In"))


def _values(where: str, old: Json, new: Json, *, is_request: bool) -> Iterator[str]:
    if old.get("type") != new.get("type"):
        yield f"{where} changes its type"
    before, now = set(map(str, old.get("enum", ()))), set(map(str, new.get("enum", ())))
    lost = before - now if is_request else set()
    yield from (f"{where} takes {value} no more" for value in sorted(lost if now else ()))
