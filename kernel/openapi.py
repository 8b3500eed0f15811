"""What every operation documents in the same way: its name and its problem documents."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from kernel.problems import MEDIA_TYPE


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
    """RFC 9457. `code` is stable; `retryable` says whether the same request may succeed later."""

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
    """The OpenAPI document of an app, with problem documents as the only failure."""
    spec = app.openapi()
    for methods in spec.get("paths", {}).values():
        for operation in methods.values():
            responses = operation["responses"]
            responses.pop("422", None)
            default = responses.get("default", {})
            default.get("content", {}).pop("application/json", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        spec.get("components", {}).get("schemas", {}).pop(unused, None)
    return spec
