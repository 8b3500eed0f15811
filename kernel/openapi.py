"""What every operation documents in the same way: its name, an example, its scope and its problem documents."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict

from kernel.examples import NULL, REF, example_of, with_nulls
from kernel.problems import MEDIA_TYPE

SCHEME = "oauth2"
INSISTS = "x-insists"
EXEMPLARY = ("application/json", "application/x-www-form-urlencoded")
FILES = {"api", "schemas", "states", "models", "rules", "views", "queries", "service"}


class Reason(BaseModel):
    """One coded reason of a refusal, with the ids of the clauses it rests on."""

    code: str
    clauses: list[str]
    text: str
    facts: dict[str, Any]


class FieldError(BaseModel):
    """Where (JSON Pointer, RFC 6901) and why a value is not valid; never the value."""

    pointer: str
    code: str
    message: str


class ProblemDocument(BaseModel):
    """RFC 9457. `code` is stable and explained at `type`; `retryable`: the same request may succeed later."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/not_found",
                "code": "not_found",
                "title": "未找到",
                "status": 404,
                "request_id": "0198c0de000070008000000000000001",
                "retryable": False,
            }
        }
    )

    type: str
    code: str
    title: str
    status: int
    detail: str | None = None
    request_id: str
    retryable: bool
    errors: list[FieldError] | None = None
    reasons: list[Reason] | None = None


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Any failure, as a problem document (RFC 9457)",
        "model": ProblemDocument,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    }
}


def operation_id(route: APIRoute) -> str:
    """The use case's own name: `openCase` reads better in a client than a path in camel case."""
    head, *rest = route.name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an app as clients may see it: nothing internal, problem documents as the only failure."""
    spec = deepcopy(app.openapi())
    spec["paths"] = {path: methods for path, methods in spec["paths"].items() if not path.startswith("/internal/")}
    spec = with_plain_names(spec)
    schemas = spec["components"]["schemas"]
    for schema in schemas.values():
        _complete_examples(schema, schemas)
    for operation in operations(spec):
        _tidy_parameters(operation)
        _tidy_responses(operation)
        _add_examples(operation, schemas)
    spec["components"]["schemas"] = {name: schemas[name] for name in sorted(_reached(spec["paths"], schemas))}
    state_scopes(spec)
    return spec


def operations(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a document."""
    for methods in spec["paths"].values():
        yield from methods.values()


def state_scopes(spec: dict[str, Any]) -> None:
    """Name in the security scheme every scope an operation asks for, with those operations."""
    users: dict[str, list[str]] = {}
    for operation in operations(spec):
        for way in operation.get("security", ()):
            for scope in way.get(SCHEME, ()):
                users.setdefault(scope, []).append(operation["operationId"])
    scheme = spec["components"].get("securitySchemes", {}).get(SCHEME)
    if scheme:
        scheme["flows"]["clientCredentials"]["scopes"] = {scope: ", ".join(users[scope]) for scope in sorted(users)}


def renamed(part: Any, names: Mapping[str, str]) -> Any:
    """The same part of a document with its references to schemas under their new names."""
    if isinstance(part, list):
        return [renamed(item, names) for item in part]
    if isinstance(part, dict):
        return {key: renamed(value, names) for key, value in part.items()}
    if isinstance(part, str) and part.startswith(REF):
        name = part.removeprefix(REF)
        return REF + names.get(name, name)
    return part


def with_plain_names(spec: dict[str, Any]) -> dict[str, Any]:
    """Schemas that share a name inside one process come with their whole module path; the capability is enough."""
    schemas = spec.get("components", {}).get("schemas", {})
    names = {name: _plain(name) for name in schemas if "__" in name}
    if len(set(names.values()) | (schemas.keys() - names.keys())) < len(schemas):
        raise ValueError(f"schema names meet: {sorted(names.values())}")
    renewed = renamed(spec, names)
    renewed.setdefault("components", {})["schemas"] = {
        names.get(name, name): schema for name, schema in renewed["components"].get("schemas", {}).items()
    }
    return dict(renewed)


def _plain(name: str) -> str:
    *path, kind = name.rstrip("_").split("__")
    capability = next(part for part in reversed(path) if part not in FILES)
    return "".join(word.capitalize() for word in capability.split("_")) + kind


def _tidy_parameters(operation: dict[str, Any]) -> None:
    """An address or a header has no null; what the route itself insists on is required, whoever refuses it."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        kinds = [kind for kind in schema.get("anyOf", ()) if kind != NULL]
        if len(kinds) == 1:
            del schema["anyOf"]
            schema.update(kinds[0])
        parameter["required"] = schema.pop(INSISTS, False) or parameter["required"]


def _tidy_responses(operation: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)
    operation["responses"]["default"].get("content", {}).pop("application/json", None)


def _complete_examples(schema: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    if "example" in schema:
        schema["example"] = with_nulls(schema["example"], schema, schemas)
    if "examples" in schema:
        schema["examples"] = [with_nulls(example, schema, schemas) for example in schema["examples"]]


def _add_examples(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    answers = [answer for status, answer in operation["responses"].items() if status != "default"]
    for part in [*answers, operation.get("requestBody", {})]:
        for kind, content in part.get("content", {}).items():
            if kind in EXEMPLARY and "example" not in content and "examples" not in content:
                content["example"] = example_of(content["schema"], schemas)


def referred(part: Any) -> set[str]:
    """The names of the schemas a part of the document refers to."""
    if isinstance(part, dict):
        return set().union(*map(referred, part.values()))
    if isinstance(part, list):
        return set().union(*map(referred, part))
    return {part.removeprefix(REF)} if isinstance(part, str) and part.startswith(REF) else set()


def _reached(part: Any, schemas: Mapping[str, Any]) -> set[str]:
    """The names of the schemas a part of the document leads to, however far."""
    found, new = set[str](), referred(part)
    while new:
        found |= new
        new = referred([schemas[name] for name in new]) - found
    return found
