"""The check that keeps /v1 additive: what it must find, and what it must let through."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from devtools.breaking import breaking_changes

Json = dict[str, Any]
OLD: Json = {
    "paths": {
        "/v1/loans": {
            "post": {
                "operationId": "registerLoan",
                "security": [{"oauth2": ["loans:register"]}],
                "parameters": [
                    {"in": "query", "name": "dry", "required": False, "schema": {"type": "boolean"}},
                    {"in": "header", "name": "x-trace", "required": False, "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LoanIn"}}},
                },
                "responses": {
                    "201": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LoanOut"}}},
                        "headers": {"ETag": {}},
                    },
                    "default": {},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Kind": {"type": "string", "enum": ["plain", "bridge"]},
            "LoanIn": {
                "type": "object",
                "additionalProperties": False,
                "required": ["amount_fen"],
                "properties": {
                    "amount_fen": {"type": "integer", "minimum": 1, "maximum": 100},
                    "kind": {"anyOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}]},
                    "note": {"type": "string", "maxLength": 200},
                },
            },
            "LoanOut": {
                "type": "object",
                "required": ["id", "parts"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "status": {"type": "string", "enum": ["open", "closed"]},
                    "paid_on": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/LoanOut"}},
                },
            },
        }
    },
}
LOAN_IN, LOAN_OUT = ("components", "schemas", "LoanIn"), ("components", "schemas", "LoanOut")
POST = ("paths", "/v1/loans", "post")


def at(document: Json, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def put(*path: Any, to: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        at(document, path[:-1])[path[-1]] = to

    return change


def drop(*path: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        del at(document, path[:-1])[path[-1]]

    return change


BREAKS: dict[str, Callable[[Json], None]] = {
    "POST /v1/loans is gone": drop(*POST),
    "is not called registerLoan any more": put(*POST, "operationId", to="takeLoan"),
    "asks for loans:admin now": put(*POST, "security", to=[{"oauth2": ["loans:register", "loans:admin"]}]),
    "does not answer 201 any more": drop(*POST, "responses", "201"),
    "201 has no application/json any more": put(*POST, "responses", "201", "content", to={"text/csv": {}}),
    "201 has no ETag any more": put(*POST, "responses", "201", "headers", to={}),
    "takes dry no more": drop(*POST, "parameters", 0),
    "demands dry now": put(*POST, "parameters", 0, "required", to=True),
    "dry changes its type": put(*POST, "parameters", 0, "schema", "type", to="integer"),
    "demands city now": put(*POST, "parameters", 1, to={"in": "query", "name": "city", "required": True}),
    ".note is demanded now": put(*LOAN_IN, "required", to=["amount_fen", "note"]),
    "POST /v1/loans.note is gone": drop(*LOAN_IN, "properties", "note"),
    ".note has a tighter maxLength": put(*LOAN_IN, "properties", "note", "maxLength", to=100),
    ".note has a tighter pattern": put(*LOAN_IN, "properties", "note", "pattern", to="^[a-z]+$"),
    ".amount_fen has a tighter minimum": put(*LOAN_IN, "properties", "amount_fen", "minimum", to=2),
    ".amount_fen changes its type": put(*LOAN_IN, "properties", "amount_fen", "type", to="string"),
    ".kind takes 'bridge' no more": put("components", "schemas", "Kind", "enum", to=["plain"]),
    ".kind takes null no more": put(*LOAN_IN, "properties", "kind", to={"$ref": "#/components/schemas/Kind"}),
    "201.id is gone": drop(*LOAN_OUT, "properties", "id"),
    "201.id may be missing now": put(*LOAN_OUT, "required", to=["parts"]),
    "201.id is not a uuid any more": drop(*LOAN_OUT, "properties", "id", "format"),
    "201.id changes its type": put(*LOAN_OUT, "properties", "id", "type", to="integer"),
    "201.id may now be null": put(*LOAN_OUT, "properties", "id", to={"type": ["string", "null"], "format": "uuid"}),
    "201.status is not one of a few": drop(*LOAN_OUT, "properties", "status", "enum"),
    "201.parts[] changes its type": put(*LOAN_OUT, "properties", "parts", "items", to={"type": "string"}),
}
HARMLESS: dict[str, Callable[[Json], None]] = {
    "nothing": lambda _: None,
    "a new operation": put("paths", "/v1/banks", to={"get": {"operationId": "x", "responses": {}}}),
    "a new optional field in a request": put(*LOAN_IN, "properties", "city", to={"type": "string"}),
    "a new field in an answer": put(*LOAN_OUT, "properties", "city", to={"type": "string"}),
    "a field always answered now": put(*LOAN_OUT, "required", to=["id", "parts", "status"]),
    "null answered no more": put(*LOAN_OUT, "properties", "paid_on", to={"type": "string", "format": "date"}),
    "null taken now": put(*LOAN_IN, "properties", "note", to={"type": ["string", "null"], "maxLength": 200}),
    "a value more in a request": put("components", "schemas", "Kind", "enum", to=["plain", "bridge", "new"]),
    "a value more in an answer": put(*LOAN_OUT, "properties", "status", "enum", to=["open", "closed", "lost"]),
    "a wider limit": put(*LOAN_IN, "properties", "note", "maxLength", to=300),
    "a field demanded no more": put(*LOAN_IN, "required", to=[]),
    "a number for an integer": put(*LOAN_IN, "properties", "amount_fen", "type", to="number"),
    "a header read no more": drop(*POST, "parameters", 1),
    "an answer more": put(*POST, "responses", "202", to={}),
}


def changed(change: Callable[[Json], None]) -> list[str]:
    new = deepcopy(OLD)
    change(new)
    return breaking_changes(OLD, new)


@pytest.mark.parametrize("words", BREAKS)
def test_what_breaks_is_named(words: str) -> None:
    found = changed(BREAKS[words])
    assert any(words in line for line in found), found


@pytest.mark.parametrize("words", HARMLESS)
def test_what_only_adds_passes(words: str) -> None:
    assert changed(HARMLESS[words]) == []


def test_another_name_for_the_same_schema_is_no_change() -> None:
    new = deepcopy(OLD)
    schemas = new["components"]["schemas"]
    schemas["RegisteredLoan"] = schemas.pop("LoanOut")
    schemas["RegisteredLoan"]["properties"]["parts"]["items"] = {"$ref": "#/components/schemas/RegisteredLoan"}
    at(new, (*POST, "responses", "201", "content", "application/json"))["schema"] = {
        "$ref": "#/components/schemas/RegisteredLoan"
    }
    assert breaking_changes(OLD, new) == []
