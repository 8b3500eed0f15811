"""PostgreSQL arrays as they travel in binary: what a batch says of many commands, a column at a time.

A column is encoded here once. psycopg encodes a list item by item in Python, for several times the price.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from struct import Struct
from typing import Any

_HEADER = Struct(">iiIii")  # dimensions, whether there are nulls, type of the items, how many, counted from
_INTEGER, _BIGINT = Struct(">i").pack, Struct(">q").pack
_NULL = _INTEGER(-1)
_EPOCH, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def _moment(value: datetime) -> bytes:
    return _BIGINT((value - _EPOCH) // _MICROSECOND)


# The number PostgreSQL knows the type by (pg_type.oid), and its bytes.
_TYPES: dict[str, tuple[int, Callable[[Any], bytes]]] = {
    "bytea": (17, bytes),
    "bigint": (20, _BIGINT),
    "smallint": (21, Struct(">h").pack),
    "integer": (23, _INTEGER),
    "text": (25, str.encode),
    "timestamptz": (1184, _moment),
    "uuid": (2950, attrgetter("bytes")),
}


def array_of(kind: str, values: Iterable[Any]) -> bytes:
    """For a parameter of type `kind[]`. None is NULL. Raises ValueError for text that is no UTF-8, or has a NUL."""
    number, encoded = _TYPES[kind]
    items = [None if value is None else encoded(value) for value in values]
    if kind == "text" and any(item and b"\0" in item for item in items):
        raise ValueError("text with a NUL character")
    parts = [_NULL if item is None else _INTEGER(len(item)) + item for item in items]
    return _HEADER.pack(1, _NULL in parts, number, len(items), 1) + b"".join(parts)
