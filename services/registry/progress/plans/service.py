"""Yearly action plans: drafted, changed as new revisions, adopted by a second person."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import services.registry.progress.second_person  # noqa: F401 - names the constraint
from contracts.registry_reports import PlanAdopted
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from kernel.schemas import json_value
from policy.store import policy_today
from services.registry.progress.plans.models import Plan, PlanRevision
from services.registry.progress.plans.queries import find_plan
from services.registry.progress.plans.rules import adoption_findings, plan_findings
from services.registry.progress.plans.schemas import PlanContentIn, PlanIn
from services.registry.progress.plans.states import MOVES, Fact, Status


class PlanExists(Conflict):
    code, title_zh, title_en = "plan_exists", "该年度计划已存在", "The year has a plan already"


named_constraint("uq_progress_plan_city_code_duty_year", PlanExists)


async def draft_plan(session: AsyncSession, *, given: PlanIn, caller: Caller) -> Plan:
    """The first revision of a year's plan. Raises NotFound for a duty the pack does not have."""
    await _must_fit(session, given.duty, given.year, given, caller)
    plan_id = new_id()
    session.add(
        Plan(
            id=plan_id,
            city_code=caller.city,
            duty=given.duty,
            year=given.year,
            status=Status.DRAFT,
            written_by=caller.acting_for,
            version=1,
        )
    )
    await session.flush()
    session.add(_revision(plan_id, 1, given, caller))
    await session.flush()
    return await find_plan(session, plan_id, caller=caller)


async def revise_plan(
    session: AsyncSession, *, plan_id: UUID, given: PlanContentIn, if_match: str, caller: Caller
) -> Plan:
    """A further revision; an adopted plan is a draft again until somebody adopts the change."""
    plan = await find_plan(session, plan_id, caller=caller, for_update=True)
    must_match(if_match, plan.version)
    await _must_fit(session, plan.duty, plan.year, given, caller)
    plan.status = status_after(Fact.REVISED, plan.status, MOVES)
    plan.version += 1
    plan.written_by, plan.adopted_by, plan.adopted_at = caller.acting_for, None, None
    session.add(_revision(plan.id, plan.revisions[-1].number + 1, given, caller))
    await session.flush()
    return await find_plan(session, plan.id, caller=caller)


async def adopt_plan(session: AsyncSession, *, plan_id: UUID, if_match: str, caller: Caller) -> Plan:
    """By another person than who wrote the last revision, of the revision that was read."""
    plan = await find_plan(session, plan_id, caller=caller, for_update=True)
    must_match(if_match, plan.version, as_read=True)
    plan.status = status_after(Fact.ADOPTED, plan.status, MOVES)
    duty = (await policy_today(session, plan.city_code)).pack.duties.get(plan.duty)
    clauses = duty.clauses if duty else ()
    refuse_if(adoption_findings(written_by=plan.written_by, adopted_by=caller.acting_for, clauses=clauses))
    plan.adopted_by, plan.adopted_at = caller.acting_for, clock.now(plan.city_code)
    plan.version += 1
    await session.flush()
    adopted = PlanAdopted(plan_id=plan.id, duty=plan.duty, year=plan.year, revision=plan.revisions[-1].number)
    await record(session, adopted, city_code=plan.city_code, subject=plan.id)
    return plan


async def _must_fit(session: AsyncSession, duty_id: str, year: int, given: PlanContentIn, caller: Caller) -> None:
    pack = (await policy_today(session, caller.city)).pack
    duty = pack.duties.get(duty_id)
    if duty is None:
        raise NotFound
    found = plan_findings(given.tasks, year=year, roles=pack.roles, targets=pack.targets, clauses=duty.clauses)
    refuse_if(found)


def _revision(plan_id: UUID, number: int, given: PlanContentIn, caller: Caller) -> PlanRevision:
    return PlanRevision(
        id=new_id(),
        city_code=caller.city,
        plan_id=plan_id,
        number=number,
        title=given.title,
        tasks=[json_value(task) for task in given.tasks],
        written_by=caller.acting_for,
        written_at=clock.now(caller.city),
    )
