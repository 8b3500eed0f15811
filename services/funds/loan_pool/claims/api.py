"""Routes of loss claims."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.ids import OrganisationId
from services.funds.loan_pool.access import listed_bank
from services.funds.loan_pool.bulk.schemas import BulkIn, BulkOut
from services.funds.loan_pool.bulk.service import made_by, read_items
from services.funds.loan_pool.claims import appeals, deciding, lodging, queries, service
from services.funds.loan_pool.claims.explaining import explain, tried_out
from services.funds.loan_pool.claims.instalments import instalments_of
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.rules import Part
from services.funds.loan_pool.claims.schemas import (
    AppealDecisionIn,
    AppealIn,
    AppealOut,
    ClaimIn,
    ClaimOut,
    ClosureIn,
    DecisionIn,
    DryRunOut,
    ExplanationOut,
    InstalmentOut,
    InstalmentsOut,
    LossIn,
    ReviewIn,
    TakenBackIn,
)
from services.funds.loan_pool.claims.states import Status
from services.funds.loan_pool.ids import ClaimId, LoanId
from services.funds.loan_pool.lending.schemas import BankReference
from services.funds.loan_pool.movements.queries import history_of
from services.funds.loan_pool.movements.schemas import HistoryOut, MovedOut
from services.funds.payments.payees import GatheringDep
from services.funds.signatures.schemas import SignatureOut
from services.funds.signatures.service import SignedBody, keep_signature, signature_on, withdrawal_of

MayLodge = Annotated[Caller, may("claims:lodge")]
MayRead = Annotated[Caller, may("claims:read")]
MayReview = Annotated[Caller, may("claims:review")]
MayDecide = Annotated[Caller, may("claims:decide")]

routes = router(prefix="/v1/funds/loan-pool/claims", tags=["loan pool"])


@routes.post("/dry-run")
async def try_claim(caller: MayRead, body: LossIn, session: SessionDep) -> DryRunOut:
    """What would be paid now, by which layer, and why not more. Stores nothing."""
    return tried_out(await service.try_claim(session, given=body, caller=caller, at=clock.now(caller.city)))


@routes.post("", status_code=201)
async def lodge_claim(
    caller: MayLodge, body: ClaimIn, signed: SignedBody, work: WorkDep, response: Response, _key: KeyRequired
) -> ClaimOut:
    """Lodge a loss claim on a registered loan, once per loan and per reference of the bank."""
    session, at = await work.open(), clock.now(caller.city)
    claim = await lodging.lodge_claim(session, given=body, caller=caller, at=at)
    keep_signature(session, signed, caller, [claim.id], at=at)
    return _shown(response, claim)


@routes.post("/bulk")
async def lodge_claims(caller: MayLodge, body: BulkIn, signed: SignedBody, work: WorkDep, _key: KeyRequired) -> BulkOut:
    """Lodge up to 500 claims, each with its own fate. Sent again it answers each reference with what stands.

    An item is what `lodgeClaim` takes. `duplicate` changes nothing and gives the id of the claim that stands.
    """
    session, at = await work.open(), clock.now(caller.city)
    told = await lodging.lodge_each(session, items=read_items(body.items, ClaimIn), caller=caller, at=at)
    keep_signature(session, signed, caller, made_by(told, "clm"), at=at)
    return told


@routes.get("")
async def list_claims(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    *,
    bank_reference: Annotated[BankReference | None, Query()] = None,
    status: Status | None = None,
    loan_id: LoanId | None = None,
    loan_reference: Annotated[BankReference | None, Query()] = None,
    bank_id: OrganisationId | None = None,
    lodged_from: date | None = None,
    lodged_to: date | None = None,
) -> Page[ClaimOut]:
    """Claims: a bank's own, or for staff those of one bank or of all.

    After an unknown outcome, ask by `bank_reference`. `loan_reference` is the bank's own reference of the loan.
    """
    wanted = queries.claims_of(
        caller.city,
        bank_id=listed_bank(caller, bank_id),
        bank_reference=bank_reference,
        status=status,
        loan_id=loan_id,
        loan_reference=loan_reference,
        lodged=(lodged_from, lodged_to),
    )
    rows, cursor = await page_of(session, wanted, page, (LossClaim.recorded_at, LossClaim.id))
    return Page(items=[ClaimOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{claim_id}")
async def read_claim(caller: MayRead, claim_id: ClaimId, session: SessionDep, response: Response) -> ClaimOut:
    """Where a claim stands, and why each amount is what it is."""
    return _shown(response, await queries.get_claim(session, claim_id, caller))


@routes.get("/{claim_id}/history")
async def read_claim_history(caller: MayRead, claim_id: ClaimId, session: SessionDep) -> HistoryOut:
    """What happened to a claim and when, by the city's clock."""
    claim = await queries.get_claim(session, claim_id, caller)
    return HistoryOut(items=[MovedOut.model_validate(row) for row in await history_of(session, claim.id)])


@routes.get("/{claim_id}/explanation")
async def explain_claim(caller: MayRead, claim_id: ClaimId, session: SessionDep) -> ExplanationOut:
    """A decided claim, step by step: parameters, facts and results with their clauses, and why not more was shared."""
    return await explain(session, await queries.get_claim(session, claim_id, caller))


@routes.get("/{claim_id}/signature")
async def read_claim_signature(caller: MayRead, claim_id: ClaimId, session: SessionDep) -> SignatureOut:
    """What the bank signed to lodge it, with the key it was checked with. 404 when it was not signed."""
    claim = await queries.get_claim(session, claim_id, caller)
    return SignatureOut.of(await signature_on(session, claim.id, city_code=claim.city_code))


@routes.post("/{claim_id}/review")
async def review_claim(
    caller: MayReview,
    claim_id: ClaimId,
    body: ReviewIn,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ClaimOut:
    """An officer's opinion on the claim, and what was found against the bank."""
    claim = await service.review_claim(session, claim_id=claim_id, given=body, caller=caller, at=clock.now(caller.city))
    return _shown(response, claim)


@routes.post("/{claim_id}/decision")
async def decide_claim(
    caller: MayDecide,
    claim_id: ClaimId,
    body: DecisionIn,
    gathering: GatheringDep,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> ClaimOut:
    """Decide by the policy of the day it was lodged; what is approved is encumbered and its payment order prepared."""
    parties = await deciding.gather_parties(gathering, claim_id=claim_id, caller=caller)
    session = await work.open()
    claim = await deciding.decide_claim(
        session,
        claim_id=claim_id,
        policy_year=body.policy_year,
        parties=parties,
        caller=caller,
        at=clock.now(caller.city),
        parts=[Part(part.share_bp, part.due_on) for part in body.instalments],
    )
    return _shown(response, claim)


@routes.get("/{claim_id}/instalments")
async def list_claim_instalments(caller: MayRead, claim_id: ClaimId, session: SessionDep) -> InstalmentsOut:
    """The parts a claim is paid in, where its decision says so."""
    claim = await queries.get_claim(session, claim_id, caller)
    rows = await instalments_of(session, claim.id)
    return InstalmentsOut(items=[InstalmentOut.model_validate(row) for row in rows])


@routes.post("/{claim_id}/closure")
async def close_claim(
    caller: MayReview, claim_id: ClaimId, body: ClosureIn, session: SessionDep, response: Response, _key: KeyRequired
) -> ClaimOut:
    """Nothing more is expected of a paid claim. What comes in later all the same is reported and shared as before."""
    claim = await service.close_claim(
        session, claim_id=claim_id, reason=body.reason, caller=caller, at=clock.now(caller.city)
    )
    return _shown(response, claim)


@routes.post("/{claim_id}/withdrawal")
async def withdraw_claim(
    caller: MayLodge,
    claim_id: ClaimId,
    body: TakenBackIn,
    signed: SignedBody,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> ClaimOut:
    """Take a claim back before it is decided. Its loan may be repaid, or claimed for anew under another reference."""
    session, at = await work.open(), clock.now(caller.city)
    claim = await service.withdraw_claim(session, claim_id=claim_id, reason=body.reason, caller=caller, at=at)
    keep_signature(session, signed, caller, [withdrawal_of(claim.id)], at=at)
    return _shown(response, claim)


@routes.get("/{claim_id}/withdrawal/signature")
async def read_claim_withdrawal_signature(caller: MayRead, claim_id: ClaimId, session: SessionDep) -> SignatureOut:
    """What the bank signed to take it back, with the key it was checked with. 404 when it was not signed."""
    claim = await queries.get_claim(session, claim_id, caller)
    return SignatureOut.of(await signature_on(session, withdrawal_of(claim.id), city_code=claim.city_code))


@routes.post("/{claim_id}/appeal", status_code=201)
async def appeal_claim(
    caller: MayLodge, claim_id: ClaimId, body: AppealIn, signed: SignedBody, work: WorkDep, _key: KeyRequired
) -> AppealOut:
    """Appeal against a refusal, once, within the working days the city set."""
    session, at = await work.open(), clock.now(caller.city)
    appeal = await appeals.lodge_appeal(session, claim_id=claim_id, given=body, caller=caller, at=at)
    keep_signature(session, signed, caller, [appeal.refused_determination_id], at=at)
    return AppealOut.model_validate(appeal)


@routes.get("/{claim_id}/appeal")
async def read_appeal(caller: MayRead, claim_id: ClaimId, session: SessionDep) -> AppealOut:
    """The appeal against the refusal of a claim."""
    claim = await queries.get_claim(session, claim_id, caller)
    return AppealOut.model_validate(await appeals.get_appeal(session, claim.id))


@routes.get("/{claim_id}/appeal/signature")
async def read_appeal_signature(caller: MayRead, claim_id: ClaimId, session: SessionDep) -> SignatureOut:
    """What the bank signed to appeal, with the key it was checked with. 404 when it was not signed."""
    claim = await queries.get_claim(session, claim_id, caller)
    appeal = await appeals.get_appeal(session, claim.id)
    signed = await signature_on(session, appeal.refused_determination_id, city_code=claim.city_code)
    return SignatureOut.of(signed)


@routes.post("/{claim_id}/appeal/decision")
async def decide_appeal(
    caller: MayDecide,
    claim_id: ClaimId,
    body: AppealDecisionIn,
    gathering: GatheringDep,
    work: WorkDep,
    _key: KeyRequired,
) -> AppealOut:
    """Grant or reject, as a person who had no part in the refusal. Granted, the claim is decided anew and paid."""
    parties = await deciding.gather_parties(gathering, claim_id=claim_id, caller=caller)
    session = await work.open()
    appeal = await appeals.decide_appeal(
        session, claim_id=claim_id, given=body, parties=parties, caller=caller, at=clock.now(caller.city)
    )
    return AppealOut.model_validate(appeal)


def _shown(response: Response, claim: LossClaim) -> ClaimOut:
    mark(response, claim.version)
    return ClaimOut.model_validate(claim)
