"""Every operation of a process, hidden ones too, with an address, a body and headers that are well formed."""

import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from contracts.scopes import ROLE_SCOPES
from kernel.examples import example_of, with_nulls
from kernel.ids import encode_id, new_id
from kernel.openapi import INSISTS, SCHEME

JSON = "application/json"
PROBES = {"/livez", "/readyz", "/version", "/metrics"}
PREFIXED = re.compile(r"\^([a-z]+)_\[")


@dataclass(frozen=True)
class Operation:
    """`schema` is that of a JSON body, `media` the kind of any body; `named` is what references lead to."""

    method: str
    path: str
    scopes: tuple[str, ...]
    parameters: tuple[Mapping[str, Any], ...]
    media: str | None
    schema: Mapping[str, Any] | None
    body_required: bool
    named: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def role(self) -> str:
        """A role that holds its scopes."""
        return next((role for role, scopes in ROLE_SCOPES.items() if set(self.scopes) <= scopes), "portal")

    @property
    def names_objects(self) -> bool:
        """Whether its address is that of an object; every day has a daily root."""
        return any(item["schema"].get("format") != "date" for item in self.path_parameters)

    @property
    def path_parameters(self) -> list[Mapping[str, Any]]:
        return [item for item in self.parameters if item["in"] == "path"]

    @property
    def insisted(self) -> set[str]:
        """Headers it refuses to work without."""
        return {item["name"] for item in self.parameters if item["schema"].get(INSISTS)}

    @property
    def headers(self) -> dict[str, str]:
        given = {"idempotency-key": uuid4().hex, "if-match": '"v1"'}
        return {name: value for name, value in given.items() if name in self.insisted}

    def address(self, *, query: bool = True, **values: str) -> str:
        """Well formed, of objects nobody has; `values` instead of them."""
        path = self.path
        for item in self.path_parameters:
            path = path.replace("{" + item["name"] + "}", values.get(item["name"]) or unknown(item["schema"]))
        wanted = [item for item in self.parameters if query and item["in"] == "query" and item["required"]]
        asked = "&".join(f"{item['name']}={example_of(item['schema'], self.named)}" for item in wanted)
        return f"{path}?{asked}" if asked else path

    @property
    def body(self) -> Any:
        """A body its author would accept."""
        if self.schema is None:
            return None
        return with_nulls(example_of(self.schema, self.named), self.schema, self.named)


def unknown(schema: Mapping[str, Any]) -> str:
    """A well-formed value of a path parameter that leads nowhere."""
    prefixed = PREFIXED.match(schema.get("pattern", ""))
    if prefixed:
        return encode_id(prefixed[1], new_id())
    if schema.get("format") == "uuid":
        return str(uuid4())
    if schema.get("type") == "integer":
        return str(schema.get("maximum", 2_000_000))
    return str(schema["examples"][0]) if "pattern" in schema else "nowhere"


def operations_of(app: FastAPI) -> list[Operation]:
    """From the app itself: what is left out of the document is called as well."""
    routes = [shown(route) for route in app.routes if isinstance(route, APIRoute) and route.path not in PROBES]
    return list(_read(get_openapi(title="everything", version="0", routes=routes)))


def shown(route: APIRoute) -> APIRoute:
    known = copy(route)
    known.include_in_schema = True
    return known


def _read(spec: dict[str, Any]) -> Iterator[Operation]:
    named = spec["components"]["schemas"]
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {})
            media = next(iter(body.get("content", {})), None)
            yield Operation(
                method=method.upper(),
                path=path,
                scopes=tuple(scope for way in operation.get("security", ()) for scope in way[SCHEME]),
                parameters=tuple(operation.get("parameters", ())),
                media=media,
                schema=body["content"][JSON]["schema"] if media == JSON else None,
                body_required=bool(body.get("required")),
                named=named,
            )
