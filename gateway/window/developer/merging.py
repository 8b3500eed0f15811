"""One OpenAPI document out of one per process."""

from collections.abc import Mapping
from typing import Any

from kernel.openapi import operations, referred, renamed, state_scopes

TITLE = "众创一站通"
DESCRIPTION = (
    "城市创新创业政策一站式窗口接口。One window for city entrepreneurship policy: every operation of every service."
)
Spec = dict[str, Any]


class SpecsDisagree(ValueError):
    """Two processes claim one path, one operation id or one security scheme."""


def merged(specs: Mapping[str, Spec]) -> Spec:
    """Paths side by side. `specs`: by process name. Raises SpecsDisagree.

    A schema name with two meanings gets the process in front (`FundsDecisionIn`, `RegistryDecisionIn`) in all of them,
    whatever the order of the processes; names are no part of the contract.
    """
    ambiguous = _ambiguous(specs)
    whole: Spec = {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "description": DESCRIPTION, "version": "0.1.0"},
        "paths": {},
        "components": {"schemas": {}},
    }
    for process in sorted(specs):
        own = ambiguous & specs[process]["components"]["schemas"].keys()
        spec = _with_names(specs[process], {name: process.capitalize() + name for name in own})
        _add(whole["paths"], spec["paths"], "path")
        for kind, named in spec["components"].items():
            _add(whole["components"].setdefault(kind, {}), _without_scopes(kind, named), kind)
    _refuse_repeated_ids(whole)
    state_scopes(whole)
    return whole


def _ambiguous(specs: Mapping[str, Spec]) -> set[str]:
    """Names that mean different things in different processes, by their own text or by what they refer to."""
    meanings: dict[str, list[Any]] = {}
    for spec in specs.values():
        for name, schema in spec["components"]["schemas"].items():
            meanings.setdefault(name, []).append(schema)
    shared = {name: texts for name, texts in meanings.items() if len(texts) > 1}
    found = {name for name, texts in shared.items() if any(text != texts[0] for text in texts)}
    while True:
        more = {name for name, texts in shared.items() if name not in found and referred(texts[0]) & found}
        if not more:
            return found
        found |= more


def _with_names(spec: Spec, names: Mapping[str, str]) -> Spec:
    schemas = {names.get(name, name): schema for name, schema in spec["components"]["schemas"].items()}
    whole: Spec = renamed(spec | {"components": spec["components"] | {"schemas": schemas}}, names)
    return whole


def _without_scopes(kind: str, named: Mapping[str, Any]) -> Mapping[str, Any]:
    """Each process lists the scopes it uses; the whole document lists all of them, at the end."""
    if kind != "securitySchemes":
        return named
    return {name: scheme | {"flows": _emptied(scheme["flows"])} for name, scheme in named.items()}


def _emptied(flows: Mapping[str, Any]) -> dict[str, Any]:
    return {name: flow | {"scopes": {}} for name, flow in flows.items()}


def _add(into: dict[str, Any], items: Mapping[str, Any], kind: str) -> None:
    for name, item in items.items():
        if into.setdefault(name, item) != item:
            raise SpecsDisagree(f"{kind} {name} differs between processes")


def _refuse_repeated_ids(spec: Spec) -> None:
    seen: set[str] = set()
    for operation in operations(spec):
        if operation["operationId"] in seen:
            raise SpecsDisagree(f"two operations are called {operation['operationId']}")
        seen.add(operation["operationId"])
