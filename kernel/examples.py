"""An example value of a JSON schema: what its author gave, else the plainest value that the schema allows."""

from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]
FORMATS = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T02:00:00Z",
    "uuid": "0198c0de-0000-7000-8000-000000000001",
    "uri": "https://window.example/",
}
NULL = {"type": "null"}
REF = "#/components/schemas/"


def example_of(schema: Schema, named: Mapping[str, Schema], above: frozenset[str] = frozenset()) -> Any:
    """`named` are the schemas a `$ref` leads to; `above` those being described, so that a recursive one ends."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        return None if name in above else example_of(named[name], named, above | {name})
    given = [schema[word] for word in ("example", "const", "default") if schema.get(word) is not None]
    given += [schema[word][0] for word in ("examples", "enum") if schema.get(word)]
    if given:
        return given[0]
    for word in ("allOf", "anyOf", "oneOf"):
        if word in schema:
            return example_of(schema[word][0], named, above)
    make = MAKERS.get(schema.get("type", ""))
    return make(schema, named, above) if make else {}


def with_nulls(value: Any, schema: Schema, named: Mapping[str, Schema]) -> Any:
    """An author's example with the nulls that FastAPI drops from documents put back, wherever the schema wants them."""
    if "$ref" in schema:
        return with_nulls(value, named[schema["$ref"].removeprefix(REF)], named)
    for kind in schema.get("anyOf", ()):
        if kind != NULL:
            value = with_nulls(value, kind, named)
    if isinstance(value, list) and "items" in schema:
        return [with_nulls(item, schema["items"], named) for item in value]
    if not isinstance(value, dict):
        return value
    fields = schema.get("properties", {})
    lost = {name: None for name in schema.get("required", ()) if name not in value and _may_be_null(fields[name])}
    kept = {name: with_nulls(item, fields.get(name, {}), named) for name, item in value.items()}
    return kept | lost


def _may_be_null(schema: Schema) -> bool:
    return NULL in schema.get("anyOf", ()) or not {"type", "$ref", "anyOf"} & schema.keys()


def _object(schema: Schema, named: Mapping[str, Schema], above: frozenset[str]) -> dict[str, Any]:
    made = {name: example_of(field, named, above) for name, field in schema.get("properties", {}).items()}
    required = schema.get("required", ())
    return {name: value for name, value in made.items() if value is not None or name in required}


def _array(schema: Schema, named: Mapping[str, Schema], above: frozenset[str]) -> list[Any]:
    item = example_of(schema.get("items", {}), named, above)
    return [] if item is None else [item]


def _string(schema: Schema, _named: Mapping[str, Schema], _above: frozenset[str]) -> str:
    return FORMATS.get(schema.get("format", ""), "text").ljust(schema.get("minLength", 0), "x")


def _integer(schema: Schema, _named: Mapping[str, Schema], _above: frozenset[str]) -> int:
    return max(1, int(schema.get("minimum", 1)), int(schema.get("exclusiveMinimum", 0)) + 1)


def _truth(_schema: Schema, _named: Mapping[str, Schema], _above: frozenset[str]) -> bool:
    return True


MAKERS: Mapping[str, Callable[[Schema, Mapping[str, Schema], frozenset[str]], Any]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _integer,
    "boolean": _truth,
}
