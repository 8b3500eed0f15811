"""The query of an address, checked by name: a filter that is misspelt would otherwise answer with everything."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from fastapi import Request
from fastapi._compat import ModelField, field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.security.base import SecurityBase


def query_check(dependant: Dependant) -> Callable[[Request], None]:
    """What refuses names the route does not read, and second values where it reads one, with all else that is wrong
    in the query: RequestValidationError.
    """
    fields = list(_fields(dependant))
    many = {field.alias: field_annotation_is_sequence(field.field_info.annotation) for field in fields}
    hint = {"expected": ", ".join(many)} if many else {}

    def check(request: Request) -> None:
        if not request.scope["query_string"]:
            return
        names = [name for name, _ in request.query_params.multi_items()]
        flaws = [_flaw("parameter_unknown", name, hint) for name in dict.fromkeys(names) if name not in many]
        flaws += [_flaw("given_twice", name) for name, several in many.items() if not several and names.count(name) > 1]
        if flaws:
            _, others = request_params_to_args(fields, request.query_params)
            raise RequestValidationError([*flaws, *others])

    return check


def is_link(dependant: Dependant) -> bool:
    """Whether nobody signs in to it and it reads nothing of the query: it is printed, passed on, and opened with
    whatever the world hangs on a link.
    """
    return not list(_fields(dependant)) and not _is_guarded(dependant)


def _is_guarded(dependant: Dependant) -> bool:
    return isinstance(dependant.call, SecurityBase) or any(map(_is_guarded, dependant.dependencies))


def _fields(dependant: Dependant) -> Iterator[ModelField]:
    yield from dependant.query_params
    for inner in dependant.dependencies:
        yield from _fields(inner)


def _flaw(kind: str, name: str, hint: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    return {"type": kind, "loc": ("query", name), "ctx": hint}
