"""GeoJSON (RFC 7946) from whole millionths of a degree: digits are placed, nothing is ever a binary fraction.

The RFC means WGS 84. Most of our coordinates are GCJ-02, which lies some hundred metres off; each feature names its
datum, and who draws a map converts or not.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kernel import strict_json

MICRO_DIGITS = 6
_MICRO = 1_000_000
BOX = r"^[0-9]{1,3}(\.[0-9]{1,6})?(,[0-9]{1,3}(\.[0-9]{1,6})?){3}$"
_DEGREES = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,6}))?")


class Box(NamedTuple):
    """West, south, east, north in millionths of a degree."""

    west: int
    south: int
    east: int
    north: int


def degrees(e6: int) -> str:
    """117286000 → `117.286000`."""
    whole, part = divmod(e6, _MICRO)
    return f"{whole}.{part:0{MICRO_DIGITS}}"


def microdegrees(text: str) -> int:
    """`117.286` → 117286000. Raises ValueError for anything but plain digits."""
    found = _DEGREES.fullmatch(text)
    if found is None:
        raise ValueError("degrees with at most six digits after the point")
    return int(found[1]) * _MICRO + int((found[2] or "").ljust(MICRO_DIGITS, "0"))


def box_of(text: str) -> Box:
    """`117.1,34.1,117.4,34.3`, as RFC 7946 orders a bounding box. Raises ValueError."""
    return Box(*map(microdegrees, text.split(",")))


def feature(identifier: str, longitude_e6: int, latitude_e6: int, properties: Mapping[str, Any]) -> str:
    """One point as JSON text."""
    point = f'{{"type":"Point","coordinates":[{degrees(longitude_e6)},{degrees(latitude_e6)}]}}'
    said = strict_json.canonical(properties).decode()
    return (
        f'{{"type":"Feature","id":{strict_json.canonical(identifier).decode()},"geometry":{point},"properties":{said}}}'
    )


def collection(features: Iterable[str], next_cursor: str | None) -> str:
    """A FeatureCollection; `next_cursor` is a foreign member of ours."""
    following = strict_json.canonical(next_cursor).decode()
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}],"next_cursor":{following}}}'
