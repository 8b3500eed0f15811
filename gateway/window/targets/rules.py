"""What is asked for each target, and how an answer stands against it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args

from contracts.counting import CountAsked, Counted, CountReply
from policy.schema import Division, Pack, Target
from policy.snapshots import Acceptance, Resolved, Snapshot
from policy.targets import Standing, standing
from policy.terms import RecognitionTerms

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


def asked_of(policy: Snapshot, service: str, *, at: Acceptance, on: date) -> tuple[CountAsked, ...]:
    """What one service is asked to count, as of a day; reported figures are all at one service."""
    return tuple(
        CountAsked(
            key=target.id,
            counter=cast(Counted, target.counter),
            kinds=(target.id,) if target.counter == REPORTED else _kinds(policy, target, at),
            **_recognised(policy.pack, target),
            since=_since(policy, target, at, on),
            until=on,
        )
        for target in policy.pack.targets.values()
        if target.counter in COUNTED and service == _counts(target)
    )


def _counts(target: Target) -> str:
    return REPORTS_AT if target.counter == REPORTED else target.service


def _kinds(policy: Snapshot, target: Target, at: Acceptance) -> tuple[str, ...]:
    """Of the kinds that may be set those that were, and every other that the text names; all of them before that."""
    kinds_set = _set(policy, target, "choices", at)
    if kinds_set is None:
        return target.counts
    open_kinds = {choice.id for choice in policy.pack.parameters[kinds_set.parameter].choices}
    return (*(kind for kind in target.counts if kind not in open_kinds), *cast(tuple[str, ...], kinds_set.value))


def _set(policy: Snapshot, target: Target, unit: str, at: Acceptance) -> Resolved | None:
    """What was set of the counting in this unit; None where the target leaves nothing such open, or nobody set it."""
    named = (key for key in target.parameters if policy.pack.parameters[key].unit == unit)
    return next(filter(None, (policy.value(key, accepted=at) for key in named)), None)


def _recognised(pack: Pack, target: Target) -> dict[str, Any]:
    """What a carrier must hold to count; nothing where any level will do."""
    terms = pack.programmes[target.recognised_under].terms if target.recognised_under else None
    if not isinstance(terms, RecognitionTerms):
        return {}
    return {"levels": terms.levels, "is_key": terms.designation == "key"}


def _since(policy: Snapshot, target: Target, at: Acceptance, on: date) -> date | None:
    """The first day that counts: of the year; the one that was set, else the document's; or none."""
    if target.kind == "per_year":
        return date(on.year, 1, 1)
    if target.kind in SINCE_THE_DOCUMENT:
        day = _set(policy, target, "date", at)
        return date.fromisoformat(str(day.value)) if day else _issued_on(policy.pack, target)
    return None


def _issued_on(pack: Pack, target: Target) -> date:
    return pack.documents[pack.clauses[target.clauses[0]].document].issued_on


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
