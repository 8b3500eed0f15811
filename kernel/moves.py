"""Status changes as data: a table keyed by the fact that happened.

Two arrows between the same states keep their own names, and a fact is also the name of the audit line and the event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

S = TypeVar("S", bound=Enum)
F = TypeVar("F", bound=Enum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """An arrow: from any of `sources` to `target`."""

    sources: frozenset[S]
    target: S


class IllegalMove(Exception):
    """The fact cannot happen in this status."""

    def __init__(self, fact: Enum, status: Enum, allowed: list[str]) -> None:
        super().__init__(f"{fact.value} cannot happen in status {status.value}")
        self.fact, self.status, self.allowed = str(fact.value), str(status.value), allowed


def move(*sources: S, to: S) -> Move[S]:
    """`move(DRAFT, ISSUED, to=CANCELLED)`."""
    return Move(frozenset(sources), to)


def status_after(fact: F, status: S, moves: Mapping[F, Move[S]]) -> S:
    """The status after the fact; raises IllegalMove, which names the facts that could happen instead."""
    arrow = moves[fact]
    if status not in arrow.sources:
        raise IllegalMove(fact, status, [str(f.value) for f, m in moves.items() if status in m.sources])
    return arrow.target
