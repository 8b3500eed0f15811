"""The control totals of a day's movements. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Generic, TypeVar

F = TypeVar("F", bound=Enum)


@dataclass(frozen=True, slots=True)
class Total(Generic[F]):
    """How many lines a fact has and their sum in fen."""

    fact: F
    count: int
    amount_fen: int


def control_totals(facts: type[F], lines: Iterable[tuple[F, int]], *, later: Collection[F] = ()) -> list[Total[F]]:
    """One total for every fact there is, a zero for what did not happen, in the order the facts are declared.

    `later`: those that have a total only where they happened.
    """
    counts, sums = dict.fromkeys(facts, 0), dict.fromkeys(facts, 0)
    for fact, amount_fen in lines:
        counts[fact] += 1
        sums[fact] += amount_fen
    return [Total(fact, counts[fact], sums[fact]) for fact in facts if counts[fact] or fact not in later]


def sequence_of(on: date, *, admitted_on: date) -> int:
    """Every day since the bank was admitted has a file, so the number of the day is the number of its file."""
    return (on - admitted_on).days + 1
