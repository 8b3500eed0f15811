"""Voucher tranches over HTTP, and their control account for the vouchers service."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from contracts.funds import TrancheReply
from kernel import clock
from kernel.auth import Caller, Internal, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.ids import TrancheId
from services.funds.programmes.schemas import YEAR_MAX, YEAR_MIN
from services.funds.tranches.models import Tranche
from services.funds.tranches.queries import control_of, get_tranche, tranches_of
from services.funds.tranches.schemas import TrancheIn, TrancheOut, TrancheStandingOut
from services.funds.tranches.service import allot_tranche

routes = router(prefix="/v1/funds/tranches", tags=["tranches"])
internal = router(prefix="/internal/tranches", tags=["internal"])
MayAllot = Annotated[Caller, may("tranches:allot")]
MayRead = Annotated[Caller, may("vouchers:read")]


@routes.post("", status_code=201)
async def set_tranche_aside(caller: MayAllot, body: TrancheIn, session: SessionDep, _key: KeyRequired) -> TrancheOut:
    """Set allotted money aside for vouchers of one programme and year."""
    tranche = await allot_tranche(session, **body.model_dump(), caller=caller, at=clock.now(caller.city))
    return TrancheOut.model_validate(tranche)


@routes.get("")
async def list_allotted_tranches(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    programme: Annotated[str | None, Query(max_length=100)] = None,
    policy_year: Annotated[int | None, Query(ge=YEAR_MIN, le=YEAR_MAX)] = None,
) -> Page[TrancheOut]:
    """Tranches of the city."""
    wanted = tranches_of(caller.city, programme, policy_year)
    rows, cursor = await page_of(session, wanted, page, (Tranche.recorded_at, Tranche.id))
    return Page(items=[TrancheOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{tranche_id}")
async def read_allotted_tranche(caller: MayRead, tranche_id: TrancheId, session: SessionDep) -> TrancheStandingOut:
    """One tranche with the balance of its control account."""
    tranche = await get_tranche(session, tranche_id, caller)
    control = await control_of(session, tranche)
    plain = TrancheOut.model_validate(tranche).__dict__
    figures = {name: getattr(control, name) for name in ("control_fen", "booked_fen", "reversed_fen")}
    return TrancheStandingOut(**plain, **figures)


@internal.get("/{tranche_id}", include_in_schema=False)
async def tell_tranche(caller: Internal, tranche_id: UUID, session: SessionDep) -> TrancheReply:
    """The control account, for the vouchers service to agree with."""
    return await control_of(session, await get_tranche(session, tranche_id, caller))
