"""Routes of bars."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from contracts.asking import organisation_of
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.vouchers.ids import BarId, OrganisationId
from services.vouchers.integrity.bars import queries, service
from services.vouchers.integrity.bars.models import Bar
from services.vouchers.integrity.bars.schemas import BarIn, BarOut, LiftIn
from services.vouchers.integrity.bars.states import Status

MayRead = Annotated[Caller, may("integrity:read")]
MayAct = Annotated[Caller, may("integrity:act")]
routes = router(prefix="/v1/vouchers/bars", tags=["vouchers: integrity"])


@routes.post("", status_code=201)
async def propose_bar(
    caller: MayAct, body: BarIn, registry: Registry, work: WorkDep, response: Response, _key: KeyRequired
) -> BarOut:
    """Propose to bar an organisation for a time. It holds when another officer confirms it."""
    organisation = await organisation_of(
        registry, body.organisation_id, city_code=caller.city, pointer="/organisation_id"
    )
    bar = await service.propose_bar(await work.open(), given=body, organisation=organisation, caller=caller)
    return _shown(bar, response)


@routes.get("")
async def list_bars(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    organisation_id: OrganisationId | None = None,
    status: Status | None = None,
    on: Annotated[date | None, Query(description="Only bars that hold on this day")] = None,
) -> Page[BarOut]:
    """Bars of the city, oldest first."""
    rows, cursor = await queries.list_bars(
        session, page, caller=caller, organisation_id=organisation_id, status=status, on=on
    )
    return Page(items=[BarOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{bar_id}")
async def get_bar(caller: MayRead, bar_id: BarId, session: SessionDep, response: Response) -> BarOut:
    """One bar."""
    return _shown(await queries.bar_for(session, bar_id, caller=caller), response)


@routes.post("/{bar_id}/confirm")
async def confirm_bar(
    caller: MayAct, bar_id: BarId, if_match: IfMatch, session: SessionDep, response: Response, _key: KeyOptional = None
) -> BarOut:
    """Confirm a bar, as another officer than who proposed it."""
    return _shown(await service.confirm_bar(session, bar_id=bar_id, if_match=if_match, caller=caller), response)


@routes.post("/{bar_id}/decline")
async def decline_bar(
    caller: MayAct, bar_id: BarId, if_match: IfMatch, session: SessionDep, response: Response, _key: KeyOptional = None
) -> BarOut:
    """Say no to a proposed bar, or take it back."""
    return _shown(await service.decline_bar(session, bar_id=bar_id, if_match=if_match, caller=caller), response)


@routes.post("/{bar_id}/lift-proposal")
async def propose_lifting_bar(
    caller: MayAct,
    bar_id: BarId,
    body: LiftIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> BarOut:
    """Ask that a bar ends before its time."""
    bar = await service.propose_lifting(session, bar_id=bar_id, reason=body.reason, if_match=if_match, caller=caller)
    return _shown(bar, response)


@routes.post("/{bar_id}/lift-proposal/decline")
async def decline_lifting_bar(
    caller: MayAct, bar_id: BarId, if_match: IfMatch, session: SessionDep, response: Response, _key: KeyOptional = None
) -> BarOut:
    """Say no to ending a bar before its time, or take the proposal back. It stays in force."""
    return _shown(await service.decline_lifting(session, bar_id=bar_id, if_match=if_match, caller=caller), response)


@routes.post("/{bar_id}/lift")
async def lift_bar(
    caller: MayAct, bar_id: BarId, if_match: IfMatch, session: SessionDep, response: Response, _key: KeyOptional = None
) -> BarOut:
    """End a bar from today on, as another officer than who asked for it."""
    return _shown(await service.lift_bar(session, bar_id=bar_id, if_match=if_match, caller=caller), response)


def _shown(bar: Bar, response: Response) -> BarOut:
    mark(response, bar.version)
    return BarOut.model_validate(bar)
