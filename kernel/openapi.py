"""What every operation documents in the same way: its name, an example, its scope and its problem documents."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from kernel.examples import NULL, REF, example_of, with_nulls
from kernel.problems import ERRORS_TOLD_MAX, MEDIA_TYPE

SCHEME = "oauth2"
INSISTS = "x-insists"
EXEMPLARY = ("application/json", "application/x-www-form-urlencoded")
FILES = {"api", "schemas", "states", "models", "rules", "views", "queries", "service"}


class Reason(BaseModel):
    """One coded reason of a refusal, with the ids of the clauses it rests on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "document_missing",
                "clauses": ["XZ-33"],
                "text": "缺少规定的材料:放款凭证。",
                "facts": {"document": "disbursement_voucher"},
            }
        }
    )

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
    errors_found: int | None = Field(
        default=None,
        description=f"How many there are, where they are more than the first {ERRORS_TOLD_MAX} that `errors` has",
    )
    reasons: list[Reason] | None = None


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Any failure, as a problem document (RFC 9457)",
        "model": ProblemDocument,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    }
}


FAILURES = {
    400: "Malformed: not readable as what it says it is",
    401: "No valid token",
    403: "The token lacks the scope, or may not do this",
    404: "Not there, or not yours to know",
    409: "In conflict with its state, or refused on the merits with every reason and clause",
    412: "Changed since it was read (ETag)",
    413: "Larger than may be sent",
    415: "A content type this does not take",
    422: "Readable, but not valid: every field at once",
    428: "Send If-Match with the ETag that was read",
    429: "Too many requests: see Retry-After and RateLimit",
    502: "A process behind the gateway answered what cannot be passed on",
    503: "Not now: the same request may succeed later",
    504: "No answer in time: the same request may succeed later",
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
    for methods in spec["paths"].values():
        for method, operation in methods.items():
            _tidy_parameters(operation)
            _state_failures(operation, method)
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


NOT_YET: dict[int | str, dict[str, Any]] = {409: {"description": FAILURES[409]}}
"""For a GET that is refused while a parameter is open or the day has not come."""


def _state_failures(operation: dict[str, Any], method: str) -> None:
    """Each status an operation may fail with, by what it takes; one that is not there is a mistake of ours."""
    answers = operation["responses"]
    failure = answers.pop("default")
    failure["content"].pop("application/json", None)
    statuses = {400, 401, 404, 422, 429, 502, 503, 504}
    if operation.get("security"):
        statuses |= {403}
    if operation.get("requestBody"):
        statuses |= {413, 415}
    if method != "get" or "409" in answers:  # a question that cannot be answered yet says so: `responses=NOT_YET`
        statuses |= {409}
    if any(parameter["name"].lower() == "if-match" for parameter in operation.get("parameters", ())):
        statuses |= {412, 428}
    answers.pop("422", None)
    answers |= {str(status): failure | {"description": FAILURES[status]} for status in sorted(statuses)}


def _complete_examples(schema: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    if "example" in schema:
        schema["example"] = with_nulls(schema["example"], schema, schemas)
    if "examples" in schema:
        schema["examples"] = [with_nulls(example, schema, schemas) for example in schema["examples"]]


def _add_examples(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    answers = [answer for status, answer in operation["responses"].items() if status < "400"]
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
