"""What is asked for each target, and how an answer stands against it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from contracts.counting import CountAsked, Counted, CountReply
from policy.schema import Division, Pack, Target
from policy.targets import Standing, standing

COUNTED: tuple[str, ...] = get_args(Counted)
REPORTED = "progress_report"
REPORTS_AT = "registry"  # whichever service a target belongs to, reports of its figure are handed in there
SINCE_THE_DOCUMENT = {"increment", "cumulative"}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Divisions with at least one, those without, and those nobody can count yet: a functional zone has no code."""

    covered: tuple[Division, ...]
    missing: tuple[Division, ...]
    uncountable: tuple[Division, ...]

    @property
    def standing(self) -> Standing:
        """Reached when none is missing; unknown while a zone cannot be counted."""
        short = len(self.missing) + len(self.uncountable)
        reached = False if self.missing else None if self.uncountable else True
        return Standing(len(self.covered), -short, reached)


def asked_of(pack: Pack, service: str, *, on: date) -> tuple[CountAsked, ...]:
    """What one service is asked to count, as of a day; reported figures are all at one service."""
    return tuple(
        CountAsked(
            key=target.id,
            counter=cast(Counted, target.counter),
            kinds=(target.id,) if target.counter == REPORTED else target.counts,
            since=since(pack, target, on),
            until=on,
        )
        for target in pack.targets.values()
        if target.counter in COUNTED and service == _counts(target)
    )


def _counts(target: Target) -> str:
    return REPORTS_AT if target.counter == REPORTED else target.service


def since(pack: Pack, target: Target, on: date) -> date | None:
    """The first day that counts: of the year, of the document, or none."""
    if target.kind == "per_year":
        return date(on.year, 1, 1)
    if target.kind in SINCE_THE_DOCUMENT:
        return pack.documents[pack.clauses[target.clauses[0]].document].issued_on
    return None


def coverage_of(pack: Pack, reply: CountReply) -> Coverage:
    """Every county, district and zone of the city, by whether it has one."""
    found = set(reply.divisions or ())

    def has(division: Division) -> bool:
        return bool(found & {division.code, *division.former_codes})

    coded = [division for division in pack.divisions if division.code]
    return Coverage(
        covered=tuple(filter(has, coded)),
        missing=tuple(division for division in coded if not has(division)),
        uncountable=tuple(division for division in pack.divisions if not division.code),
    )


def standings(
    pack: Pack, replies: Mapping[str, CountReply]
) -> Iterator[tuple[Target, Standing | None, Coverage | None]]:
    """Every target of the pack with where it stands; None where nobody has counted."""
    for target in pack.targets.values():
        reply = replies.get(target.id)
        coverage = coverage_of(pack, reply) if reply and target.counter == "carriers_per_division" else None
        if coverage is not None:
            yield target, coverage.standing, coverage
        else:
            yield target, standing(target, reply.counted) if reply else None, None
