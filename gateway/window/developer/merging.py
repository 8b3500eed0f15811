"""One OpenAPI document out of one per process."""

from collections.abc import Iterable
from typing import Any

TITLE = "众创一站通"
DESCRIPTION = (
    "城市创新创业政策一站式窗口接口。One window for city entrepreneurship policy: every operation of every service."
)


class SpecsDisagree(ValueError):
    """Two processes give one name two meanings."""


def merged(specs: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Paths side by side; a schema that two processes share must be the same in both. Raises SpecsDisagree."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "description": DESCRIPTION, "version": "0.1.0"},
        "paths": {},
        "components": {},
    }
    for spec in specs:
        _add(whole["paths"], spec.get("paths", {}), "path")
        for kind, named in spec.get("components", {}).items():
            _add(whole["components"].setdefault(kind, {}), named, kind)
    return whole


def _add(into: dict[str, Any], items: dict[str, Any], kind: str) -> None:
    for name, item in items.items():
        if into.setdefault(name, item) != item:
            raise SpecsDisagree(f"{kind} {name} differs between processes")
