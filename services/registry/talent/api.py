"""Routes of supported people."""

from datetime import date
from typing import Annotated

from fastapi import Query

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.money import FEN_MAX
from kernel.openapi import NOT_YET
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.settings import PersonKey
from services.registry.talent import queries, service
from services.registry.talent.models import TalentStatus
from services.registry.talent.rules import TalentKind
from services.registry.talent.schemas import (
    ReturnsOut,
    TalentCountsOut,
    TalentDecisionIn,
    TalentEndIn,
    TalentId,
    TalentIn,
    TalentOut,
)
from services.registry.talent.states import Status

MayRead = Annotated[Caller, may("talent:read")]
MayWrite = Annotated[Caller, may("talent:write")]
MayDecide = Annotated[Caller, may("talent:decide")]
FenAsked = Annotated[int, Query(ge=0, le=FEN_MAX, examples=[100000001])]

routes = router(prefix="/v1/registry/talent", tags=["registry: talent"])


@routes.post("", status_code=201)
async def apply_for_status(
    caller: MayWrite, body: TalentIn, session: SessionDep, key: PersonKey, _key: KeyOptional = None
) -> TalentOut:
    """Apply for a person's status, with their consent."""
    return _shown(await service.apply_for_status(session, given=body, caller=caller, key=key))


@routes.get("")
async def list_talent(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    kind: TalentKind | None = None,
    status: Status | None = None,
) -> Page[TalentOut]:
    """People you applied for; all of the city for its staff."""
    rows, cursor = await queries.list_talent(session, page, caller=caller, kind=kind, status=status)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/counts")
async def count_talent(
    caller: MayDecide, session: SessionDep, on: Annotated[date | None, Query(description="Default today")] = None
) -> TalentCountsOut:
    """How many people have a status on a day, each once: what a department reports for its target."""
    day = on or clock.today(caller.city)
    people, by_kind = await queries.count_talent(session, caller.city, day)
    return TalentCountsOut(on=day, people=people, by_kind=by_kind)


@routes.get("/returns", responses=NOT_YET)
async def calculate_returns(
    caller: MayRead,
    session: SessionDep,
    income_fen: FenAsked,
    given_fen: FenAsked,
    contract_says_otherwise: bool = False,
) -> ReturnsOut:
    """What researchers get of the income from their results at least, exact to the fen."""
    found, share_bp, clauses = await service.calculate_returns(
        session,
        income_fen=income_fen,
        given_fen=given_fen,
        contract_says_otherwise=contract_says_otherwise,
        caller=caller,
    )
    return ReturnsOut(
        income_fen=income_fen,
        given_fen=given_fen,
        share_bp=share_bp,
        least_fen=found.least_fen,
        short_fen=found.short_fen,
        reached=found.reached,
        permitted=found.permitted,
        clauses=list(clauses),
    )


@routes.get("/{talent_id}")
async def read_talent(caller: MayRead, talent_id: TalentId, session: SessionDep) -> TalentOut:
    """One status."""
    return _shown(await queries.find_talent(session, talent_id, caller=caller))


@routes.post("/{talent_id}/decision")
async def decide_status(
    caller: MayDecide, talent_id: TalentId, body: TalentDecisionIn, session: SessionDep, _key: KeyOptional = None
) -> TalentOut:
    """Confirm under the city's criteria, or refuse; by another person than who applied."""
    return _shown(await service.decide_status(session, talent_id=talent_id, given=body, caller=caller))


@routes.post("/{talent_id}/end")
async def end_status(
    caller: MayDecide, talent_id: TalentId, body: TalentEndIn, session: SessionDep, _key: KeyOptional = None
) -> TalentOut:
    """End a status before its term."""
    row = await service.end_status(
        session, talent_id=talent_id, ended_on=body.ended_on, reason=body.reason, caller=caller
    )
    return _shown(row)


@routes.post("/{talent_id}/consent-withdrawal")
async def withdraw_talent_consent(
    caller: MayWrite, talent_id: TalentId, session: SessionDep, _key: KeyOptional = None
) -> TalentOut:
    """Withdraw the person's consent; the status falls and the personal data goes."""
    return _shown(await service.withdraw_consent(session, talent_id=talent_id, caller=caller))


def _shown(row: TalentStatus) -> TalentOut:
    plain = {name: getattr(row, name) for name in TalentOut.model_fields if name != "name"}
    shown_name = row.person.name if row.consent_withdrawn_at is None else None
    return TalentOut(**plain, name=shown_name)
