"""A project's line as it is shown: today's, or as it stood on a day."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from kernel import clock, context
from kernel.problems import reason_document
from policy.determinations import Determination
from services.registry.certificates.proofs import DayNotOver
from services.registry.chain.models import EquityHolding, Project, ProjectHolder, Stay
from services.registry.chain.rules import standing_on
from services.registry.chain.schemas import (
    CarrierStayOut,
    ChainOut,
    CompletenessOut,
    EquityOut,
    HolderOut,
    MilestoneOut,
    StageCountOut,
    StageCountsOut,
    StayOut,
)
from services.registry.chain.states import Ending, Stage, Standing
from services.registry.recognition.schemas import ReasonOut


def chain_on(project: Project, on: date | None) -> ChainOut:
    """What stood at the end of the day; what ended later is shown as it was then. Raises DayNotOver."""
    today = clock.today(project.city_code)
    day = on or today
    if day > today:
        raise DayNotOver
    here = next((stay for stay in project.stays if stay.covers(day)), None)
    holder = _holder_on(project, day)
    return ChainOut(
        project_id=project.id,
        name=project.name,
        on=day,
        organisation_id=holder.organisation_id,
        standing=Standing(standing_on(project.stays, day)),
        now=_stay(here, day) if here else None,
        since=here.admitted_on if here else None,
        history=[_stay(stay, day) for stay in project.stays if stay.admitted_on <= day],
        holders=[HolderOut.model_validate(row) for row in project.holders if row.effective_on <= day],
        equity=[_equity(row, day) for row in project.equity if row.held_from <= day],
        milestones=[MilestoneOut.model_validate(row) for row in project.milestones if row.reached_on <= day],
    )


def carrier_stay(stay: Stay) -> CarrierStayOut:
    """A stay as its carrier lists it."""
    plain = {name: getattr(stay, name) for name in CarrierStayOut.model_fields if name != "project_name"}
    return CarrierStayOut(project_name=stay.project.name, **plain)


def counted(numbers: Mapping[tuple[Stage, Ending | None], int]) -> StageCountsOut:
    """Every stage, also one nobody is in."""
    return StageCountsOut(
        items=[
            StageCountOut(
                stage=stage,
                staying=numbers.get((stage, None), 0),
                transferred=numbers.get((stage, Ending.TRANSFERRED), 0),
                graduated=numbers.get((stage, Ending.GRADUATED), 0),
                left=numbers.get((stage, Ending.LEFT), 0),
            )
            for stage in Stage
        ]
    )


def completeness(organisation_id: UUID, ruled: Determination) -> CompletenessOut:
    """With every reason, in the reader's language."""
    language = context.current().language
    reasons = [ReasonOut(**reason_document(finding, language)) for finding in ruled.findings]
    return CompletenessOut(organisation_id=organisation_id, outcome=ruled.outcome, reasons=reasons)


def _holder_on(project: Project, day: date) -> ProjectHolder:
    """A stay may be entered with a day before the project was registered: then it was the first holder's."""
    begun = [row for row in project.holders if row.effective_on <= day]
    return begun[-1] if begun else project.holders[0]


def _stay(stay: Stay, day: date) -> StayOut:
    plain = {name: getattr(stay, name) for name in StayOut.model_fields if name != "carrier_name"}
    if stay.ended_on is not None and stay.ended_on > day:
        plain |= dict.fromkeys(("ended_on", "ending", "end_reason", "graduation"))
    return StayOut(carrier_name=stay.carrier.name, **plain)


def _equity(row: EquityHolding, day: date) -> EquityOut:
    shown = EquityOut.model_validate(row)
    return shown.model_copy(update={"held_until": None}) if row.held_on(day) else shown
