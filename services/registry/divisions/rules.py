"""Divisions of a city as its policy pack lists them, with the codes they had before. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


class Listed(Protocol):
    """A division of a pack; a functional zone has no code of GB/T 2260."""

    @property
    def code(self) -> str | None: ...

    @property
    def former_codes(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a code means today. `is_former`: the code is of an earlier year's list, `code` is today's."""

    asked: str
    code: str | None
    is_former: bool
    place: int


def all_codes(divisions: Iterable[Listed]) -> frozenset[str]:
    """Every code the city has and had."""
    return frozenset(code for division in divisions for code in _codes(division))


def resolve(code: str, divisions: Iterable[Listed]) -> Resolved | None:
    """The division a code belongs or once belonged to; None for a code the city never had."""
    for place, division in enumerate(divisions):
        if code in _codes(division):
            return Resolved(code, division.code, is_former=code != division.code, place=place)
    return None


def _codes(division: Listed) -> Iterator[str]:
    if division.code is not None:
        yield division.code
    yield from division.former_codes
