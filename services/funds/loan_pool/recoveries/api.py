"""Routes of recoveries."""

from typing import Annotated

from fastapi import Query

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.ids import OrganisationId
from services.funds.loan_pool.access import listed_bank
from services.funds.loan_pool.claims.queries import get_claim
from services.funds.loan_pool.claims.schemas import TakenBackIn
from services.funds.loan_pool.ids import ClaimId, RecoveryId
from services.funds.loan_pool.lending.schemas import BankReference
from services.funds.loan_pool.recoveries import queries, service
from services.funds.loan_pool.recoveries.models import Recovery
from services.funds.loan_pool.recoveries.schemas import ReceiptIn, RecoveryIn, RecoveryOut
from services.funds.loan_pool.recoveries.states import Status
from services.funds.signatures.schemas import SignatureOut
from services.funds.signatures.service import SignedBody, keep_signature, signature_on, withdrawal_of

MayReport = Annotated[Caller, may("recoveries:report")]
MayReceive = Annotated[Caller, may("payments:manage")]
MayRead = Annotated[Caller, may("claims:read")]

routes = router(prefix="/v1/funds/loan-pool", tags=["loan pool"])


@routes.post("/claims/{claim_id}/recoveries", status_code=201)
async def report_recovery(
    caller: MayReport, claim_id: ClaimId, body: RecoveryIn, signed: SignedBody, work: WorkDep, _key: KeyRequired
) -> RecoveryOut:
    """Report what was recovered after the claim was paid; the answer says how much of it goes back to the pool."""
    session, at = await work.open(), clock.now(caller.city)
    row = await service.report_recovery(session, claim_id=claim_id, given=body, caller=caller, at=at)
    keep_signature(session, signed, caller, [row.id], at=at)
    return RecoveryOut.model_validate(row)


@routes.get("/claims/{claim_id}/recoveries")
async def list_recoveries(caller: MayRead, claim_id: ClaimId, session: SessionDep, page: PageDep) -> Page[RecoveryOut]:
    """Recoveries of a claim."""
    claim = await get_claim(session, claim_id, caller)
    rows, cursor = await page_of(session, queries.recoveries_of(claim.id), page, (Recovery.recorded_at, Recovery.id))
    return Page(items=[RecoveryOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/recoveries")
async def list_pool_recoveries(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    bank_reference: Annotated[BankReference | None, Query()] = None,
    status: Status | None = None,
    bank_id: OrganisationId | None = None,
) -> Page[RecoveryOut]:
    """Recoveries of all claims: a bank's own, or for staff those of one bank or of all.

    `status=reported` is what has not arrived yet. After an unknown outcome, ask by `bank_reference`.
    """
    wanted = queries.recoveries_in(
        caller.city, bank_id=listed_bank(caller, bank_id), bank_reference=bank_reference, status=status
    )
    rows, cursor = await page_of(session, wanted, page, (Recovery.recorded_at, Recovery.id))
    return Page(items=[RecoveryOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/recoveries/{recovery_id}/signature")
async def read_recovery_signature(caller: MayRead, recovery_id: RecoveryId, session: SessionDep) -> SignatureOut:
    """What the bank signed to report it, with the key it was checked with. 404 when it was not signed."""
    row = await queries.get_recovery(session, recovery_id, caller)
    return SignatureOut.of(await signature_on(session, row.id, city_code=row.city_code))


@routes.post("/recoveries/{recovery_id}/withdrawal")
async def withdraw_recovery(
    caller: MayReport, recovery_id: RecoveryId, body: TakenBackIn, signed: SignedBody, work: WorkDep, _key: KeyRequired
) -> RecoveryOut:
    """Take back a wrong report before the pool's share has arrived, the last of a claim first; then report anew."""
    session, at = await work.open(), clock.now(caller.city)
    row = await service.withdraw_recovery(session, recovery_id=recovery_id, reason=body.reason, caller=caller, at=at)
    keep_signature(session, signed, caller, [withdrawal_of(row.id)], at=at)
    return RecoveryOut.model_validate(row)


@routes.get("/recoveries/{recovery_id}/withdrawal/signature")
async def read_recovery_withdrawal_signature(
    caller: MayRead, recovery_id: RecoveryId, session: SessionDep
) -> SignatureOut:
    """What the bank signed to take it back, with the key it was checked with. 404 when it was not signed."""
    row = await queries.get_recovery(session, recovery_id, caller)
    return SignatureOut.of(await signature_on(session, withdrawal_of(row.id), city_code=row.city_code))


@routes.post("/recoveries/{recovery_id}/receipt")
async def receive_recovery(
    caller: MayReceive, recovery_id: RecoveryId, body: ReceiptIn, session: SessionDep, _key: KeyRequired
) -> RecoveryOut:
    """The pool's share has arrived at the treasury."""
    row = await service.receive_recovery(
        session, recovery_id=recovery_id, received_on=body.received_on, caller=caller, at=clock.now(caller.city)
    )
    return RecoveryOut.model_validate(row)
