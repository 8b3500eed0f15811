"""Routes of claims for lost investments."""

from collections.abc import Mapping
from typing import Annotated

from contracts.asking import may_own
from kernel import clock, context
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.openapi import Reason
from kernel.paging import Page, PageDep, page_of
from kernel.problems import reason_document
from kernel.routing import SessionDep, WorkDep, router
from policy.determinations import finding_document
from policy.rules.loss_share import ordered
from services.funds.angel.claims import deciding, queries, service
from services.funds.angel.claims.models import AngelClaim
from services.funds.angel.claims.schemas import (
    AngelClaimIn,
    AngelClaimOut,
    AngelDecisionIn,
    AngelDryRunOut,
    AngelLayerOut,
    AngelOpinionIn,
    reductions_out,
)
from services.funds.angel.claims.states import AngelClaimStatus
from services.funds.angel.ids import AngelClaimId, InvestmentId
from services.funds.angel.policy import angel_programme
from services.funds.loan_pool.claims.schemas import TakenBackIn
from services.funds.payments.payees import GatheringDep

MayFile = Annotated[Caller, may_own("angel:file")]
MayRead = Annotated[Caller, may_own("angel:read")]
MayReview = Annotated[Caller, may("angel:review")]
MayDecide = Annotated[Caller, may("angel:decide")]

routes = router(prefix="/v1/funds/angel/claims", tags=["angel compensation"])


@routes.post("/dry-run")
async def try_angel_claim(
    caller: MayRead, body: AngelClaimIn, gathering: GatheringDep, work: WorkDep
) -> AngelDryRunOut:
    """What would be paid now, who bears the rest, and why not more. Stores nothing."""
    at = clock.now(caller.city)
    related = await service.gather_relations(gathering, investment_id=body.investment_id, caller=caller, at=at)
    session = await work.open()
    return _tried_out(await service.try_claim(session, given=body, related=related, caller=caller, at=at))


@routes.post("", status_code=201)
async def lodge_angel_claim(
    caller: MayFile, body: AngelClaimIn, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> AngelClaimOut:
    """Claim for a lost investment, once. Refused with every reason at once, open parameters by their clause."""
    at = clock.now(caller.city)
    related = await service.gather_relations(gathering, investment_id=body.investment_id, caller=caller, at=at)
    session = await work.open()
    return AngelClaimOut.of(await service.lodge_claim(session, given=body, related=related, caller=caller, at=at))


@routes.get("")
async def list_angel_claims(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    investment_id: InvestmentId | None = None,
    status: AngelClaimStatus | None = None,
) -> Page[AngelClaimOut]:
    """Claims: a portal's own, or all for staff."""
    wanted = queries.claims_of(caller, investment_id=investment_id, status=status)
    rows, cursor = await page_of(session, wanted, page, (AngelClaim.recorded_at, AngelClaim.id))
    return Page(items=[AngelClaimOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/{claim_id}")
async def read_angel_claim(caller: MayRead, claim_id: AngelClaimId, session: SessionDep) -> AngelClaimOut:
    """Where a claim stands, and why each amount is what it is."""
    return AngelClaimOut.of(await queries.get_claim(session, claim_id, caller))


@routes.post("/{claim_id}/review")
async def review_angel_claim(
    caller: MayReview, claim_id: AngelClaimId, body: AngelOpinionIn, session: SessionDep, _key: KeyRequired
) -> AngelClaimOut:
    """An officer's opinion on the claim."""
    return AngelClaimOut.of(
        await service.review_claim(
            session, claim_id=claim_id, opinion=body.opinion, caller=caller, at=clock.now(caller.city)
        )
    )


@routes.post("/{claim_id}/decision")
async def decide_angel_claim(
    caller: MayDecide,
    claim_id: AngelClaimId,
    body: AngelDecisionIn,
    gathering: GatheringDep,
    work: WorkDep,
    _key: KeyRequired,
) -> AngelClaimOut:
    """Decide by the policy of the day it was lodged; what is approved is encumbered and its payment order prepared."""
    at = clock.now(caller.city)
    parties = await deciding.gather_parties(gathering, claim_id=claim_id, caller=caller, at=at)
    session = await work.open()
    claim = await deciding.decide_claim(
        session,
        claim_id=claim_id,
        policy_year=body.policy_year,
        parties=parties,
        caller=caller,
        at=at,
    )
    return AngelClaimOut.of(claim)


@routes.post("/{claim_id}/withdrawal")
async def withdraw_angel_claim(
    caller: MayFile, claim_id: AngelClaimId, body: TakenBackIn, session: SessionDep, _key: KeyRequired
) -> AngelClaimOut:
    """Take a claim back before it is decided. Its investment may be claimed for anew."""
    claim = await service.withdraw_claim(session, claim_id=claim_id, reason=body.reason, caller=caller)
    return AngelClaimOut.of(claim)


def _tried_out(tried: service.Tried) -> AngelDryRunOut:
    # A figure beside a refusal would be read as a promise.
    amounts, terms = (tried.ruling.amounts, tried.ruling.terms) if not tried.findings else ({}, {})
    causes = service.reductions_of(tried.snapshot, tried.claimed.stage, amounts)
    language = context.current().language
    _, programme_terms = angel_programme(tried.snapshot.pack)
    return AngelDryRunOut(
        outcome=tried.outcome,
        loss_fen=tried.claimed.loss_fen,
        payable_fen=amounts.get("payable", 0),
        layers=_layers(terms.get("split_bp", {}), amounts, paying=programme_terms.paying_layer),
        reductions=reductions_out(finding_document(one) for one in causes),
        reasons=[Reason.model_validate(reason_document(one, language)) for one in tried.findings],
        policy_version=tried.snapshot.version,
    )


def _layers(split_bp: Mapping[str, int], amounts: Mapping[str, int], *, paying: str) -> list[AngelLayerOut]:
    return [
        AngelLayerOut(layer=layer, share_bp=split_bp[layer], amount_fen=amounts[layer], pays=layer == paying)
        for layer in ordered(split_bp)
    ]
