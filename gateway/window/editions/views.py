"""An edition as it is shown: with its cases, what it changes, and how its report stands."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.editions.models import EditionWeighing, PolicyEdition
from gateway.window.editions.queries import Tally, tallies_of, weighings_of
from gateway.window.editions.rules import failing
from gateway.window.editions.schemas import (
    AsOfOut,
    CaseFailureOut,
    CasesOut,
    ComparisonOut,
    EditionLine,
    EditionOut,
    EditionRefOut,
    ProgrammeTotalsOut,
    ReportOut,
    ServiceProgressOut,
    TotalsOut,
    ValueThenOut,
)
from gateway.window.editions.service import is_stale
from gateway.window.policies.queries import current_policy
from gateway.window.policies.views import status_of
from policy.schema import Parameter
from policy.snapshots import Acceptance, Snapshot
from policy.store import accepted_now

COUNTS = {
    "gains": "gain", "losses": "loss", "newly_eligible": "newly_eligible", "no_longer_eligible": "no_longer_eligible",
    "other": "other",
}  # fmt: skip


async def edition_shown(session: AsyncSession, row: PolicyEdition) -> EditionOut:
    """Everything about it but the texts."""
    failed = failing(row.case_results)
    return EditionOut(
        **EditionLine.model_validate(row).model_dump(),
        cases=CasesOut(
            passed=len(row.case_results) - len(failed),
            failed=len(failed),
            failures=[CaseFailureOut.model_validate(result) for result in failed],
        ),
        comparison=ComparisonOut.model_validate(row.comparison),
        report=await _report(session, row),
    )


async def _report(session: AsyncSession, row: PolicyEdition) -> ReportOut:
    weighings, tallies = await weighings_of(session, row.id), await tallies_of(session, row.id)
    snapshot = await current_policy(session, row.city_code)
    asked = sum(place.asked for place in weighings)
    programmes = [
        ProgrammeTotalsOut(programme=programme, act=act, **_totals(group).model_dump())
        for (programme, act), group in groupby(tallies, key=lambda tally: (tally.programme, tally.act))
    ]
    return ReportOut(
        status=_report_status(row, snapshot),
        policy_version=row.weighed_version,
        known_at=row.weighed_at,
        finished_at=row.assessed_at,
        services=_progress(weighings),
        asked=asked,
        unchanged=asked - sum(tally.count for tally in tallies),
        totals=_totals(tallies),
        programmes=programmes,
    )


def _report_status(row: PolicyEdition, snapshot: Snapshot) -> Literal["computing", "complete", "stale"]:
    if row.assessed_at is None:
        return "computing"
    undecided = row.decided_at is None
    return "stale" if undecided and is_stale(row, snapshot, accepted_now(row.city_code)) else "complete"


def _progress(weighings: Sequence[EditionWeighing]) -> list[ServiceProgressOut]:
    return [ServiceProgressOut.model_validate(place) for place in weighings]


def _totals(tallies: Iterable[Tally]) -> TotalsOut:
    counted = list(tallies)
    numbers = {name: sum(t.count for t in counted if t.kind == kind) for name, kind in COUNTS.items()}
    return TotalsOut(
        **numbers,
        gained_fen=sum(tally.gained_fen for tally in counted),
        lost_fen=sum(tally.lost_fen for tally in counted),
        cost_fen=sum(tally.cost_fen for tally in counted),
    )


def as_of_shown(snapshot: Snapshot, *, at: Acceptance) -> AsOfOut:
    """The edition and every value that counted then, by what had been recorded by then and by nothing later."""
    known = snapshot.known_at(at.at)
    policy = known.in_force(at)
    return AsOfOut(
        city_code=snapshot.city_code,
        on=at.on,
        known_at=at.at,
        edition=_edition(known, at),
        parameters=[_value(policy, parameter, at) for parameter in policy.pack.parameters.values()],
    )


def _edition(known: Snapshot, at: Acceptance) -> EditionRefOut:
    place = known.edition_in_force(at)
    if place is None:
        return EditionRefOut(
            number=1, pack_hash=known.pack.hash, effective_on=None, recorded_at=None, reason=None, set_by=None,
            approved_by=None,
        )  # fmt: skip
    edition = known.editions[place]
    return EditionRefOut(
        number=place + 2,  # the pack the city began with is the first
        pack_hash=edition.pack.hash,
        effective_on=edition.effective_on,
        recorded_at=edition.recorded_at,
        reason=edition.reason,
        set_by=edition.set_by,
        approved_by=edition.approved_by,
    )


def _value(policy: Snapshot, parameter: Parameter, at: Acceptance) -> ValueThenOut:
    resolved = policy.value(parameter.id, accepted=at)
    return ValueThenOut(
        id=parameter.id,
        zh=parameter.zh,
        en=parameter.en,
        unit=parameter.unit,
        operator=parameter.operator,
        status=status_of(policy, parameter, at),
        value=resolved.value if resolved else None,
        effective_on=resolved.effective_on if resolved else None,
        clauses=list(parameter.clauses),
    )
