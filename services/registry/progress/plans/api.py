"""Routes of yearly action plans."""

from typing import Annotated

from fastapi import Query, Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.progress.plans import queries, service
from services.registry.progress.plans.schemas import PlanContentIn, PlanId, PlanIn, PlanOut

YearAsked = Annotated[int | None, Query(ge=2000, le=2999)]
MayRead = Annotated[Caller, may("progress:read")]
MayManage = Annotated[Caller, may("progress:manage")]

routes = router(prefix="/v1/registry/progress/plans", tags=["registry: progress"])


@routes.post("", status_code=201)
async def draft_plan(
    caller: MayManage, body: PlanIn, session: SessionDep, response: Response, _key: KeyOptional = None
) -> PlanOut:
    """Draft a year's action plan with who is responsible for what."""
    plan = await service.draft_plan(session, given=body, caller=caller)
    mark(response, plan.version)
    return PlanOut.model_validate(plan)


@routes.get("")
async def list_plans(caller: MayRead, session: SessionDep, page: PageDep, year: YearAsked = None) -> Page[PlanOut]:
    """Action plans of the city."""
    rows, cursor = await queries.list_plans(session, page, caller=caller, year=year)
    return Page(items=[PlanOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{plan_id}")
async def read_plan(caller: MayRead, plan_id: PlanId, session: SessionDep, response: Response) -> PlanOut:
    """A plan with every revision."""
    plan = await queries.find_plan(session, plan_id, caller=caller)
    mark(response, plan.version)
    return PlanOut.model_validate(plan)


@routes.put("/{plan_id}")
async def revise_plan(
    caller: MayManage, plan_id: PlanId, body: PlanContentIn, if_match: IfMatch, session: SessionDep, response: Response
) -> PlanOut:
    """Change a plan by a further revision; it then waits for adoption again."""
    plan = await service.revise_plan(session, plan_id=plan_id, given=body, if_match=if_match, caller=caller)
    mark(response, plan.version)
    return PlanOut.model_validate(plan)


@routes.post("/{plan_id}/adoption")
async def adopt_plan(
    caller: MayManage,
    plan_id: PlanId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> PlanOut:
    """Adopt the revision that was read; by another person than who wrote it."""
    plan = await service.adopt_plan(session, plan_id=plan_id, if_match=if_match, caller=caller)
    mark(response, plan.version)
    return PlanOut.model_validate(plan)
