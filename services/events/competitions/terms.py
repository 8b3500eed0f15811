"""What an organiser fixes before entries open, as plain values for the rules and as JSON for the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Self

LOT = "lot"
SUBMITTED_FIRST = "submitted_first"
TRIMMED = "trimmed_mean"
Scoring = Literal["mean", "trimmed_mean"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a round and its weight, a whole number of hundredths of the result."""

    key: str
    weight: int


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """How a round is judged. `advance` is how many of each group go on, None in the last round.

    `tie_break` names what decides between equal results, one after the other: criteria, `submitted_first`, and `lot`
    at the end.
    """

    key: str
    criteria: tuple[Criterion, ...]
    judges: int
    judges_min: int
    scoring: Scoring
    advance: int | None
    tie_break: tuple[str, ...]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From the record."""
        return cls(
            key=kept["key"],
            criteria=tuple(Criterion(one["key"], one["weight"]) for one in kept["criteria"]),
            judges=kept["judges"],
            judges_min=kept["judges_min"],
            scoring=kept["scoring"],
            advance=kept["advance"],
            tie_break=tuple(kept["tie_break"]),
        )


@dataclass(frozen=True, slots=True)
class Prize:
    """So many of a grade; 1 is the first grade (一等奖)."""

    grade: int
    places: int


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """Who enters here: firms registered within the days (both count), or teams, which are no firm yet."""

    key: str
    takes: Literal["firms", "teams"]
    registered_since: date | None
    registered_until: date | None
    entries_max: int | None
    prizes: tuple[Prize, ...]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From the record."""
        return cls(
            key=kept["key"],
            takes=kept["takes"],
            registered_since=_day(kept["registered_since"]),
            registered_until=_day(kept["registered_until"]),
            entries_max=kept["entries_max"],
            prizes=tuple(Prize(one["grade"], one["places"]) for one in kept["prizes"]),
        )


@dataclass(frozen=True, slots=True)
class Window:
    """When entries are taken, by the server's clock; both last moments are outside."""

    opens_at: datetime
    registration_closes_at: datetime
    submission_closes_at: datetime


def rounds_of(setup: Mapping[str, Any]) -> tuple[RoundTerms, ...]:
    """In their order."""
    return tuple(RoundTerms.of(one) for one in setup["rounds"])


def groups_of(setup: Mapping[str, Any]) -> tuple[GroupTerms, ...]:
    """As the organiser listed them."""
    return tuple(GroupTerms.of(one) for one in setup["groups"])


def with_caps(setup: Mapping[str, Any], caps: Mapping[str, int]) -> dict[str, Any]:
    """The same with these groups taking more entries."""
    groups: Sequence[Mapping[str, Any]] = setup["groups"]
    raised = [{**one, "entries_max": caps.get(one["key"], one["entries_max"])} for one in groups]
    return {**setup, "groups": raised}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
