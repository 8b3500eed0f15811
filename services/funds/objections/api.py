"""Objections to published lists over HTTP."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.owning import is_staff
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.entitlements.queries import get_list
from services.funds.ids import PublicityListId, PublicityObjectionId
from services.funds.objections import service
from services.funds.objections.models import PublicityObjection
from services.funds.objections.queries import objections_to
from services.funds.objections.schemas import AnswerIn, ObjectionIn, ObjectionOut

routes = router(prefix="/v1/funds", tags=["entitlements"])
ANSWER = "objections:answer"
MayFile = Annotated[Caller, may("objections:file")]
MayRead = Annotated[Caller, may("objections:read")]
MayAnswer = Annotated[Caller, may(ANSWER)]


@routes.post("/publicity-lists/{list_id}/objections", status_code=201)
async def object_to_published_award(
    caller: MayFile, list_id: PublicityListId, body: ObjectionIn, session: SessionDep, _key: KeyRequired
) -> ObjectionOut:
    """Object to one line while its notice runs. The line waits for the answer, the rest of the list goes on."""
    row = await service.file_objection(session, list_id=list_id, given=body, caller=caller, at=clock.now(caller.city))
    return ObjectionOut.of(row)


@routes.get("/publicity-lists/{list_id}/objections")
async def list_objections_to_published_awards(
    caller: MayRead, list_id: PublicityListId, session: SessionDep, page: PageDep
) -> Page[ObjectionOut]:
    """Objections to the lines of a list with their answers: all for staff, else those the caller filed."""
    published, _ = await get_list(session, list_id, caller)
    wanted = objections_to(published.id, filed_by=None if is_staff(caller) else caller.acting_for)
    rows, cursor = await page_of(session, wanted, page, (PublicityObjection.recorded_at, PublicityObjection.id))
    may_answer = ANSWER in caller.scopes
    return Page(items=[ObjectionOut.of(row, tells_contact=may_answer) for row in rows], next_cursor=cursor)


@routes.post("/publicity-objections/{objection_id}/answer")
async def answer_objection_to_published_award(
    caller: MayAnswer, objection_id: PublicityObjectionId, body: AnswerIn, session: SessionDep, _key: KeyRequired
) -> ObjectionOut:
    """Uphold or reject, with the reason, as a person who had no part in it, the list or the award."""
    row = await service.answer_objection(
        session, objection_id=objection_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return ObjectionOut.of(row)


@routes.post("/publicity-objections/{objection_id}/withdrawal")
async def withdraw_objection_to_published_award(
    caller: MayFile, objection_id: PublicityObjectionId, session: SessionDep, _key: KeyRequired
) -> ObjectionOut:
    """Take back an objection you filed, until it is answered: its line no longer waits for it."""
    row = await service.withdraw_objection(session, objection_id=objection_id, caller=caller, at=clock.now(caller.city))
    return ObjectionOut.of(row)
