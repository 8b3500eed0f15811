"""Routes of the guard: what is stopped, where bank and pool stand, and lifting by two officers."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.ids import OrganisationId
from services.funds.loan_pool.access import visible_bank
from services.funds.loan_pool.guard import queries, service
from services.funds.loan_pool.guard.models import PoolSuspension
from services.funds.loan_pool.guard.schemas import LiftIn, StandingOut, SuspendIn, SuspensionOut
from services.funds.loan_pool.guard.standing import pool_standing
from services.funds.loan_pool.ids import SuspensionId

routes = router(prefix="/v1/funds/loan-pool", tags=["loan pool"])
MayRead = Annotated[Caller, may("pool:read")]
MayGuard = Annotated[Caller, may("pool:guard")]


@routes.get("/standing")
async def read_pool_standing(
    caller: MayRead, session: SessionDep, bank_id: OrganisationId | None = None
) -> StandingOut:
    """Exposure, arrears, what they may cost, and what is stopped: a bank's own, or for staff of one bank or of all."""
    return await pool_standing(session, bank_id=visible_bank(caller) or bank_id, caller=caller)


@routes.post("/suspensions", status_code=201)
async def suspend_registrations(
    caller: MayGuard, body: SuspendIn, session: SessionDep, _key: KeyRequired
) -> SuspensionOut:
    """Stop new loans of a bank, or of all, by an officer's order and with its reason. Two officers lift it."""
    row = await service.suspend_by_order(
        session, bank_id=body.bank_id, reason=body.reason, caller=caller, at=clock.now(caller.city)
    )
    return SuspensionOut.model_validate(row)


@routes.get("/suspensions")
async def list_suspensions(caller: MayRead, session: SessionDep, page: PageDep) -> Page[SuspensionOut]:
    """Every time new loans were stopped: a bank's own and the pool's, or all for staff."""
    wanted = queries.suspensions_of(caller.city, visible_bank(caller))
    rows, cursor = await page_of(session, wanted, page, (PoolSuspension.recorded_at, PoolSuspension.id))
    return Page(items=[SuspensionOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/suspensions/{suspension_id}/lift-proposal")
async def propose_lifting(
    caller: MayGuard, suspension_id: SuspensionId, body: LiftIn, session: SessionDep, _key: KeyRequired
) -> SuspensionOut:
    """Ask that new loans go on although the ratio is not cured."""
    row = await service.propose_lifting(
        session, suspension_id=suspension_id, reason=body.reason, caller=caller, at=clock.now(caller.city)
    )
    return SuspensionOut.model_validate(row)


@routes.post("/suspensions/{suspension_id}/lift")
async def lift_suspension(
    caller: MayGuard, suspension_id: SuspensionId, session: SessionDep, _key: KeyRequired
) -> SuspensionOut:
    """Let new loans go on, as another person than who proposed it."""
    row = await service.lift(session, suspension_id=suspension_id, caller=caller, at=clock.now(caller.city))
    return SuspensionOut.model_validate(row)
