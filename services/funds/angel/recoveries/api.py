"""Routes of later recoveries."""

from typing import Annotated

from contracts.asking import may_own
from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.angel.claims.queries import get_claim
from services.funds.angel.ids import AngelClaimId, AngelRecoveryId
from services.funds.angel.recoveries import queries, service
from services.funds.angel.recoveries.models import AngelRecovery
from services.funds.angel.recoveries.schemas import AngelReceiptIn, AngelRecoveryIn, AngelRecoveryOut
from services.funds.loan_pool.claims.schemas import TakenBackIn

MayFile = Annotated[Caller, may_own("angel:file")]
MayRead = Annotated[Caller, may_own("angel:read")]
MayReceive = Annotated[Caller, may("payments:manage")]

routes = router(prefix="/v1/funds/angel", tags=["angel compensation"])


@routes.post("/claims/{claim_id}/recoveries", status_code=201)
async def report_angel_recovery(
    caller: MayFile, claim_id: AngelClaimId, body: AngelRecoveryIn, session: SessionDep, _key: KeyRequired
) -> AngelRecoveryOut:
    """Tell what came in after the claim was paid; the answer says how much of it goes back to the fund."""
    row = await service.report_recovery(
        session, claim_id=claim_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return AngelRecoveryOut.model_validate(row)


@routes.get("/claims/{claim_id}/recoveries")
async def list_angel_recoveries(
    caller: MayRead, claim_id: AngelClaimId, session: SessionDep, page: PageDep
) -> Page[AngelRecoveryOut]:
    """Recoveries of a claim."""
    claim = await get_claim(session, claim_id, caller)
    wanted = queries.recoveries_of(claim.id)
    rows, cursor = await page_of(session, wanted, page, (AngelRecovery.recorded_at, AngelRecovery.id))
    return Page(items=[AngelRecoveryOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/recoveries/{recovery_id}/withdrawal")
async def withdraw_angel_recovery(
    caller: MayFile, recovery_id: AngelRecoveryId, body: TakenBackIn, session: SessionDep, _key: KeyRequired
) -> AngelRecoveryOut:
    """Take back a wrong report before the fund's share has arrived, the last of a claim first; then tell it anew."""
    row = await service.withdraw_recovery(session, recovery_id=recovery_id, reason=body.reason, caller=caller)
    return AngelRecoveryOut.model_validate(row)


@routes.post("/recoveries/{recovery_id}/receipt")
async def receive_angel_recovery(
    caller: MayReceive, recovery_id: AngelRecoveryId, body: AngelReceiptIn, session: SessionDep, _key: KeyRequired
) -> AngelRecoveryOut:
    """The fund's share has arrived at the treasury."""
    row = await service.receive_recovery(
        session, recovery_id=recovery_id, received_on=body.received_on, caller=caller, at=clock.now(caller.city)
    )
    return AngelRecoveryOut.model_validate(row)
