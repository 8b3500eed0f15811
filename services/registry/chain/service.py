"""A project's way: registered, admitted, graduated or gone, and become a firm. Each step is one move of the chain."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import FIRM_KINDS
from contracts.registry_carriers import ProjectAdmitted, ProjectGraduated, ProjectLeft
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.owning import is_staff
from kernel.problems import Conflict, Forbidden, named_constraint, refuse_if
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import find_own_carrier
from services.registry.chain.models import Project, ProjectHolder, Stay
from services.registry.chain.offers import overtake_offer
from services.registry.chain.queries import find_project, held_project, runs
from services.registry.chain.rules import (
    admission_findings,
    dated_findings,
    graduation_findings,
    graduation_snapshot,
    incorporation_findings,
    kinds_of,
)
from services.registry.chain.schemas import AdmissionIn, GraduationIn, IncorporationIn, LeavingIn, ProjectIn
from services.registry.chain.states import ADMITTED, MOVES, Ending, Fact, Stage, Standing
from services.registry.organisations.models import OrganisationKind
from services.registry.organisations.queries import find_organisation
from services.registry.terms import terms_today

CRITERIA = "chain.graduation.criteria"


class StaysElsewhere(Conflict):
    code, title_zh, title_en = (
        "stays_elsewhere",
        "项目已在某一载体孵化",
        "The project is in a carrier already",
    )
    hint_zh, hint_en = "换载体须由现载体提出移苗", "To change carriers, the present one offers a transfer"


class FirmInTwoCarriers(Conflict):
    code, title_zh, title_en = (
        "firm_in_two_carriers",
        "该单位已在同一阶段的另一载体孵化,不得重复入驻",
        "The organisation is in another carrier of the same stage already",
    )


class NowhereInChain(Conflict):
    code, title_zh, title_en = "nowhere_in_chain", "项目当前不在任何载体", "The project is in no carrier at present"


named_constraint("uq_chain_stay_project", StaysElsewhere)
named_constraint("uq_chain_stay_organisation", FirmInTwoCarriers)


async def register_project(session: AsyncSession, *, given: ProjectIn, caller: Caller) -> Project:
    """Of an organisation the caller acts for that exists in law."""
    holder = await find_organisation(session, given.organisation_id, caller=caller)
    gone = Finding(
        "holder_deregistered", (), "项目所属单位已注销。", "The organisation of the project is deregistered."
    )
    refuse_if([] if holder.is_active else [gone])
    project = Project(
        id=new_id(),
        city_code=caller.city,
        name=given.name,
        organisation_id=holder.id,
        standing=Standing.OUTSIDE,
        registered_by=caller.subject,
        registered_at=clock.now(caller.city),
    )
    session.add(project)
    await session.flush()
    session.add(_holder(project, holder.id, clock.today(caller.city), caller))
    await session.flush()
    return await find_project(session, project.id, caller=caller)


async def admit_project(session: AsyncSession, *, project_id: UUID, given: AdmissionIn, caller: Caller) -> Project:
    """XZ-09 选苗: into a carrier the caller runs, of a kind that makes the stage; a project the caller holds too.

    Where holder and carrier are two, the holder offers the project and the carrier accepts it.
    """
    project = await held_project(session, project_id, caller=caller)
    carrier = await find_own_carrier(session, given.carrier_id, caller=caller)
    if project.open_stay is not None:
        raise StaysElsewhere
    first = project.stays[-1].ended_on if project.stays else None
    today = clock.today(project.city_code)
    refuse_if(
        [
            *await fitting_findings(session, project, carrier, given.stage),
            *dated_findings(on=given.admitted_on, today=today, not_before=first),
        ]
    )
    project.standing = status_after(ADMITTED[given.stage], project.standing, MOVES)
    await overtake_offer(session, project.id, caller)
    await open_stay(session, project, carrier, given.stage, given.admitted_on, given.agreement_reference, caller)
    admitted = ProjectAdmitted(
        project_id=project.id,
        organisation_id=project.organisation_id,
        carrier_id=carrier.id,
        stage=given.stage,
        admitted_on=given.admitted_on,
    )
    await record(session, admitted, city_code=project.city_code, subject=project.id)
    return await find_project(session, project.id, caller=caller)


async def graduate_project(session: AsyncSession, *, project_id: UUID, given: GraduationIn, caller: Caller) -> Project:
    """One of the city's criteria is met; what they were that day stays with the stay. Open criteria refuse."""
    project, stay = await _staying(session, project_id, caller)
    terms = await terms_today(session, project.city_code)
    wanted = terms.names(CRITERIA)
    refuse_if(
        [
            *terms.open([CRITERIA]),
            *graduation_findings(met=given.criteria, wanted=wanted, clauses=terms.clauses(CRITERIA)),
            *dated_findings(on=given.on, today=clock.today(project.city_code), not_before=stay.admitted_on),
        ]
    )
    project.standing = status_after(Fact.GRADUATED, project.standing, MOVES)
    await overtake_offer(session, project.id, caller)
    stay.graduation = graduation_snapshot(
        met=given.criteria,
        wanted=wanted,
        evidence=given.evidence,
        version=terms.snapshot.version,
        policy_hash=terms.snapshot.hash,
    )
    end_stay(stay, Ending.GRADUATED, given.on, caller)
    graduated = ProjectGraduated(
        project_id=project.id,
        organisation_id=project.organisation_id,
        carrier_id=stay.carrier_id,
        stage=stay.stage,
        graduated_on=given.on,
        criteria=sorted(set(given.criteria)),
    )
    await record(session, graduated, city_code=project.city_code, subject=project.id)
    await session.flush()
    return await find_project(session, project.id, caller=caller)


async def leave_chain(session: AsyncSession, *, project_id: UUID, given: LeavingIn, caller: Caller) -> Project:
    """Without graduation, for a reason that stays on record."""
    project, stay = await _staying(session, project_id, caller)
    refuse_if(dated_findings(on=given.on, today=clock.today(project.city_code), not_before=stay.admitted_on))
    project.standing = status_after(Fact.LEFT, project.standing, MOVES)
    await overtake_offer(session, project.id, caller)
    stay.end_reason = given.reason
    end_stay(stay, Ending.LEFT, given.on, caller)
    left = ProjectLeft(
        project_id=project.id,
        organisation_id=project.organisation_id,
        carrier_id=stay.carrier_id,
        stage=stay.stage,
        left_on=given.on,
    )
    await record(session, left, city_code=project.city_code, subject=project.id)
    await session.flush()
    return await find_project(session, project.id, caller=caller)


async def incorporate_project(
    session: AsyncSession, *, project_id: UUID, given: IncorporationIn, caller: Caller
) -> Project:
    """The team's project is the firm's from a day on. Its open stay goes with it, so the firm cannot enter twice."""
    project = await held_project(session, project_id, caller=caller)
    firm = await find_organisation(session, given.organisation_id, caller=caller)
    refuse_if(
        [
            *incorporation_findings(
                is_team=project.organisation.kind is OrganisationKind.TEAM,
                is_firm=firm.kind in FIRM_KINDS,
                firm_active=firm.is_active,
                same=firm.id == project.organisation_id,
            ),
            *dated_findings(
                on=given.effective_on,
                today=clock.today(project.city_code),
                not_before=project.holders[-1].effective_on,
            ),
        ]
    )
    project.organisation_id = firm.id
    if project.open_stay is not None:
        project.open_stay.organisation_id = firm.id
    session.add(_holder(project, firm.id, given.effective_on, caller))
    await session.flush()
    return await find_project(session, project.id, caller=caller)


async def fitting_findings(session: AsyncSession, project: Project, carrier: Carrier, stage: Stage) -> list[Finding]:
    """Whether the carrier makes the stage in this city, and both sides exist in law."""
    terms = await terms_today(session, project.city_code)
    parameter = kinds_of(stage)
    return [
        *terms.open([parameter]),
        *admission_findings(
            kind=carrier.kind,
            fitting=terms.names(parameter),
            clauses=terms.clauses(parameter),
            carrier_active=carrier.operator.is_active,
            holder_active=project.organisation.is_active,
        ),
    ]


async def open_stay(
    session: AsyncSession,
    project: Project,
    carrier: Carrier,
    stage: Stage,
    admitted_on: date,
    agreement_reference: str,
    caller: Caller,
) -> None:
    """Write the stay; the unique indexes refuse a second one, also of two who come at once."""
    session.add(
        Stay(
            id=new_id(),
            city_code=project.city_code,
            project_id=project.id,
            organisation_id=project.organisation_id,
            carrier_id=carrier.id,
            stage=stage,
            admitted_on=admitted_on,
            agreement_reference=agreement_reference,
            admitted_by=caller.acting_for,
        )
    )
    await session.flush()


def end_stay(stay: Stay, ending: Ending, on: date, caller: Caller) -> None:
    """From `on` the project is no longer there."""
    stay.ended_on, stay.ending, stay.ended_by = on, ending, caller.acting_for


async def _staying(session: AsyncSession, project_id: UUID, caller: Caller) -> tuple[Project, Stay]:
    """A project whose present carrier the caller runs, locked, with its stay there."""
    project = await find_project(session, project_id, caller=caller, for_update=True)
    stay = project.open_stay
    if stay is None:
        raise NowhereInChain
    if not is_staff(caller) and not await runs(session, stay.carrier_id, caller):
        raise Forbidden
    return project, stay


def _holder(project: Project, organisation_id: UUID, on: date, caller: Caller) -> ProjectHolder:
    return ProjectHolder(
        id=new_id(),
        city_code=project.city_code,
        project_id=project.id,
        organisation_id=organisation_id,
        effective_on=on,
        recorded_by=caller.acting_for,
    )
