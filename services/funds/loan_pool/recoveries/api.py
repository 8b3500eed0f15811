"""Routes of recoveries."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.loan_pool.claims.queries import get_claim
from services.funds.loan_pool.ids import ClaimId, RecoveryId
from services.funds.loan_pool.recoveries import queries, service
from services.funds.loan_pool.recoveries.models import Recovery
from services.funds.loan_pool.recoveries.schemas import ReceiptIn, RecoveryIn, RecoveryOut

MayReport = Annotated[Caller, may("recoveries:report")]
MayReceive = Annotated[Caller, may("payments:manage")]
MayRead = Annotated[Caller, may("claims:read")]

routes = router(prefix="/v1/funds/loan-pool", tags=["loan pool"])


@routes.post("/claims/{claim_id}/recoveries", status_code=201)
async def report_recovery(
    caller: MayReport, claim_id: ClaimId, body: RecoveryIn, session: SessionDep, _key: KeyRequired
) -> RecoveryOut:
    """Report what was recovered after the claim was paid; the answer says how much of it goes back to the pool."""
    row = await service.report_recovery(
        session, claim_id=claim_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return RecoveryOut.model_validate(row)


@routes.get("/claims/{claim_id}/recoveries")
async def list_recoveries(caller: MayRead, claim_id: ClaimId, session: SessionDep, page: PageDep) -> Page[RecoveryOut]:
    """Recoveries of a claim."""
    claim = await get_claim(session, claim_id, caller)
    rows, cursor = await page_of(session, queries.recoveries_of(claim.id), page, (Recovery.recorded_at, Recovery.id))
    return Page(items=[RecoveryOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/recoveries/{recovery_id}/receipt")
async def receive_recovery(
    caller: MayReceive, recovery_id: RecoveryId, body: ReceiptIn, session: SessionDep, _key: KeyRequired
) -> RecoveryOut:
    """The pool's share has arrived at the treasury."""
    row = await service.receive_recovery(
        session, recovery_id=recovery_id, received_on=body.received_on, caller=caller, at=clock.now(caller.city)
    )
    return RecoveryOut.model_validate(row)
