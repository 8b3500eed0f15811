"""Targets as they are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from contracts.counting import CountReply
from gateway.window.targets.rules import COUNTED, REPORTED, Coverage, standings
from gateway.window.targets.schemas import CoverageOut, DivisionOut, StandingOut, TargetOut, TargetsOut
from policy.schema import Division, Target
from policy.snapshots import Acceptance, Snapshot
from policy.targets import Standing


def targets_shown(snapshot: Snapshot, counted: Mapping[str, CountReply], *, at: Acceptance, on: date) -> TargetsOut:
    """All targets of the city in the order of the pack."""
    items = [
        _target(snapshot, target, found, coverage, at) for target, found, coverage in standings(snapshot.pack, counted)
    ]
    return TargetsOut(city_code=snapshot.city_code, as_of=on, items=items)


def _target(
    snapshot: Snapshot, target: Target, found: Standing | None, coverage: Coverage | None, at: Acceptance
) -> TargetOut:
    plain = target.model_dump(include=set(TargetOut.model_fields))
    return TargetOut(
        **plain,
        open_parameters=[key for key in target.parameters if snapshot.value(key, accepted=at) is None],
        source=_source(target, found),
        standing=StandingOut.model_validate(found) if found else None,
        coverage=_coverage(coverage) if coverage else None,
    )


def _source(target: Target, found: Standing | None) -> Literal["counted", "progress_report", "unavailable"]:
    if target.counter == REPORTED or target.counter not in COUNTED:
        return "progress_report"
    return "counted" if found else "unavailable"


def _coverage(coverage: Coverage) -> CoverageOut:
    def shown(divisions: tuple[Division, ...]) -> list[DivisionOut]:
        return [DivisionOut.model_validate(division) for division in divisions]

    return CoverageOut(
        covered=shown(coverage.covered), missing=shown(coverage.missing), uncountable=shown(coverage.uncountable)
    )
