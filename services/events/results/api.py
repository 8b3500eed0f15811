"""Routes of results. One is for everybody: the result of an edition from its notice on."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from contracts.asking import may_own
from contracts.events import PrizesReply
from kernel import clock
from kernel.auth import Caller, Internal, may
from kernel.idempotency import KeyOptional, OnceShown
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from policy.determination_routes import determination_routes, staff_sees
from services.events.calendar.schemas import OrganisationId
from services.events.competitions.organisations import counted_with, group_of, must_act_for, organisation_of
from services.events.competitions.schemas import EditionId
from services.events.results import benefits, notice, objections, queries, views
from services.events.results.schemas import (
    AnswerIn,
    BenefitIn,
    BenefitOut,
    ObjectionId,
    ObjectionIn,
    ObjectionOut,
    PrizeId,
    PrizeOut,
    PrizesOut,
    ResultOut,
    RevocationIn,
    SealsOut,
)

PUBLIC_ROUTES = frozenset({("GET", "/v1/events/competitions/{edition_id}/public-result")})

routes: APIRouter = router(prefix="/v1/events", tags=["competitions: results"])
internal: APIRouter = router(prefix="/internal/organisations", tags=["internal"])
determinations = determination_routes(
    "events", guard=may("competitions:audit"), tag="competitions: results", sees=staff_sees
)
MayManage = Annotated[Caller, may("competitions:manage")]
MayPublish = Annotated[Caller, may("competitions:publish")]
MayObject = Annotated[Caller, may("competitions:object")]
MayRead = Annotated[Caller, may_own("competitions:read")]
MayGrant = Annotated[Caller, may("prizes:grant")]


@routes.post("/competitions/{edition_id}/result", status_code=201)
async def give_result_notice(
    caller: MayManage, edition_id: EditionId, session: SessionDep, _key: KeyOptional = None
) -> ResultOut:
    """Show the result to the public for the working days the edition states."""
    await notice.give_notice(session, edition_id=edition_id, caller=caller)
    return await views.result_shown(session, edition_id, caller=caller)


@routes.get("/competitions/{edition_id}/public-result")
async def get_public_result(edition_id: EditionId, session: SessionDep) -> ResultOut:
    """The result for everybody, while on notice and after publication. No token needed."""
    return await views.result_shown(session, edition_id, caller=None)


@routes.get("/competitions/{edition_id}/seals")
async def list_competition_seals(caller: MayRead, edition_id: EditionId, session: SessionDep) -> SealsOut:
    """What each round was sealed with, once the result is published: anybody can take the hashes again."""
    return await views.seals_shown(session, edition_id, caller=caller)


@routes.post("/competitions/{edition_id}/result/publish")
async def publish_result(
    caller: MayPublish, edition_id: EditionId, session: SessionDep, _key: KeyOptional = None
) -> ResultOut:
    """By another officer than the one who gave notice, when the notice is over and every objection answered."""
    await notice.publish_result(session, edition_id=edition_id, caller=caller)
    return await views.result_shown(session, edition_id, caller=caller)


@routes.post("/competitions/{edition_id}/objections", status_code=201)
async def file_result_objection(
    caller: MayObject, edition_id: EditionId, body: ObjectionIn, session: SessionDep, _key: OnceShown
) -> ObjectionOut:
    """By name, until the last evening of the notice."""
    row = await objections.file_objection(session, edition_id=edition_id, given=body, caller=caller)
    return ObjectionOut.model_validate(row)


@routes.get("/competitions/{edition_id}/objections")
async def list_result_objections(
    caller: MayPublish, edition_id: EditionId, session: SessionDep, page: PageDep
) -> Page[ObjectionOut]:
    """In the order they were filed, for officers."""
    result = await queries.find_result(session, edition_id, caller=caller)
    rows, cursor = await queries.list_objections(session, page, result_id=result.id)
    return Page(items=[ObjectionOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/competition-objections/{objection_id}/withdrawal")
async def withdraw_result_objection(
    caller: MayObject, objection_id: ObjectionId, session: SessionDep, _key: OnceShown
) -> ObjectionOut:
    """By who filed it, while nobody has answered."""
    row = await objections.withdraw_objection(session, objection_id=objection_id, caller=caller)
    return ObjectionOut.model_validate(row)


@routes.post("/competition-objections/{objection_id}/answer")
async def answer_result_objection(
    caller: MayPublish, objection_id: ObjectionId, body: AnswerIn, session: SessionDep, _key: OnceShown
) -> ObjectionOut:
    """By a second officer. Upheld against a winner, the next moves up and the notice begins anew."""
    row = await objections.answer_objection(session, objection_id=objection_id, given=body, caller=caller)
    return ObjectionOut.model_validate(row)


@routes.get("/organisations/{organisation_id}/prizes")
async def list_organisation_prizes(
    caller: MayRead, organisation_id: OrganisationId, registry: Registry, work: WorkDep, on: date | None = None
) -> PrizesOut:
    """What it had won on a day, with where each prize comes from and what it led to."""
    organisation = await organisation_of(registry, organisation_id, city_code=caller.city)
    if not queries.AUDITS & caller.scopes:
        must_act_for(caller, organisation)
    counted = await counted_with(registry, organisation.id)
    day = on or clock.today(caller.city)
    return await views.prizes_shown(await work.open(), caller.city, counted, on=day)


@routes.post("/prizes/{prize_id}/revocation")
async def revoke_prize(
    caller: MayPublish, prize_id: PrizeId, body: RevocationIn, session: SessionDep, _key: KeyOptional = None
) -> PrizeOut:
    """Take a published prize back, with the reason. Nobody moves up."""
    row = await notice.revoke_prize(session, prize_id=prize_id, reason=body.reason, caller=caller)
    return await views.prize_shown(session, row)


@routes.post("/prizes/{prize_id}/benefits", status_code=201)
async def grant_prize_benefit(
    caller: MayGrant, prize_id: PrizeId, body: BenefitIn, session: SessionDep, _key: KeyOptional = None
) -> BenefitOut:
    """Grant what the policy gives a winner, once, by the level it names: a right, not money."""
    row = await benefits.grant_benefit(session, prize_id=prize_id, given=body, caller=caller)
    return BenefitOut.model_validate(row)


@internal.get("/{organisation_id}/prizes", include_in_schema=False)
async def tell_prizes(
    _caller: Internal, organisation_id: UUID, registry: Registry, work: WorkDep, on: date | None = None
) -> PrizesReply:
    """For our other processes: each prize is a fact that may be cited once under a programme."""
    group = await group_of(registry, organisation_id)
    counted = (organisation_id, *group.predecessors)
    return await views.prizes_told(await work.open(), group.city_code, counted, on=on or clock.today(group.city_code))
