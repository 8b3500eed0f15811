"""Canonical JSON: the same value gives the same bytes, on any machine, for ever. Hashes are taken over these bytes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

_PLAIN = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. Raises TypeError for a float, a non-text key or anything not JSON."""
    if not _is_exact(value):
        raise TypeError(f"{_first_inexact(value, '$')} has no exact JSON form")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)
    return text.encode()


def sha256(data: bytes) -> str:
    """Lower-case hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def _is_exact(value: Any) -> bool:
    kind = type(value)
    if kind is list or kind is tuple:
        return _are_exact(value)
    if kind is dict or isinstance(value, Mapping):
        return _TEXT.issuperset(map(type, value)) and _are_exact(value.values())
    return isinstance(value, str | int | None)


def _are_exact(values: Iterable[Any]) -> bool:
    # Most are plain, and to look at their types here is several times as fast as asking each of them.
    for value in values:  # noqa: SIM110 - all() would make a generator for each of a great many short lists
        if type(value) not in _PLAIN and not _is_exact(value):
            return False
    return True


def _first_inexact(value: Any, where: str) -> str:
    """Where the trouble is, told only when there is some: building paths costs more than the whole check."""
    if isinstance(value, Mapping):
        steps = [(f"{where}.{key}", item) for key, item in value.items()]
    else:
        steps = [(f"{where}[{i}]", item) for i, item in enumerate(value)] if isinstance(value, list | tuple) else []
    return next((_first_inexact(item, place) for place, item in steps if not _is_exact(item)), where)
