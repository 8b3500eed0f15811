"""Routes of the pool of experts."""

from typing import Annotated

from fastapi import Query, Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from kernel.schemas import Name
from services.registry.experts import queries, service
from services.registry.experts.schemas import ExpertChangeIn, ExpertId, ExpertIn, ExpertOut

MayManage = Annotated[Caller, may("experts:manage")]

routes = router(prefix="/v1/registry/experts", tags=["registry: recognition"])


@routes.post("", status_code=201)
async def enter_expert(
    caller: MayManage, body: ExpertIn, session: SessionDep, response: Response, _key: KeyOptional = None
) -> ExpertOut:
    """Enter an expert into the pool panels are drawn from."""
    expert = await service.enter_expert(session, given=body, caller=caller)
    mark(response, expert.version)
    return ExpertOut.model_validate(expert)


@routes.get("")
async def list_experts(
    caller: MayManage, session: SessionDep, page: PageDep, field: Annotated[Name | None, Query()] = None
) -> Page[ExpertOut]:
    """The pool of the city."""
    rows, cursor = await queries.list_experts(session, page, caller=caller, field=field)
    return Page(items=[ExpertOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.patch("/{expert_id}")
async def change_expert(
    caller: MayManage,
    expert_id: ExpertId,
    body: ExpertChangeIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> ExpertOut:
    """Change unit, field, declared relations or availability."""
    expert = await service.change_expert(session, expert_id=expert_id, given=body, if_match=if_match, caller=caller)
    mark(response, expert.version)
    return ExpertOut.model_validate(expert)
