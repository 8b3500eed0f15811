"""Deciding an investor's claim by a second person, and what happens to it when the investor has the money (XZ-32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_angel import AngelClaimDecided, AngelClaimPaid
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Refusal, refuse_if
from policy.determinations import Determination, finding_document
from policy.snapshots import Acceptance, Snapshot
from policy.store import PolicyOpen, decide_and_keep, policy_for
from services.funds.angel.claims.models import AngelClaim
from services.funds.angel.claims.queries import drawn, get_claim, hold_angel
from services.funds.angel.claims.rules import claim_facts
from services.funds.angel.claims.service import ACT, ELIGIBLE, REFUSED_OPEN, claimed_by, gather_relations, reductions_of
from services.funds.angel.claims.states import MOVES, Fact
from services.funds.angel.investments.queries import get_investment
from services.funds.angel.policy import angel_programme
from services.funds.angel.recoveries.queries import claims_with_receipts
from services.funds.angel.relation import Relation, relation_findings
from services.funds.approvals.rules import second_person_findings
from services.funds.approvals.service import approve
from services.funds.chart import Line
from services.funds.payments.payees import Gathering, Payee, must_be_payable, payee_if_any
from services.funds.payments.service import Grant, commit_payment
from services.funds.payments.subjects import Subject, Word, move_each, register
from services.funds.programmes.spending import within_budget

SUBJECT_KIND = "angel_claim"


@dataclass(frozen=True, slots=True)
class Parties:
    """The investor's account, if there is one; whether it is related to the project; who by mergers is one of both."""

    payee: Payee | Refusal
    related: tuple[Relation, ...]
    investors: frozenset[UUID]
    projects: frozenset[UUID]


async def gather_parties(gathering: Gathering, *, claim_id: UUID, caller: Caller, at: datetime) -> Parties:
    """As the registry has them now, asked before the transaction."""
    async with gathering.sessions() as session:
        claim = await get_claim(session, claim_id, caller)
    city_code, registry = claim.city_code, gathering.registry
    return Parties(
        payee=await payee_if_any(registry, claim.investor_id, city_code=city_code),
        related=await gather_relations(gathering, investment_id=claim.investment_id, caller=caller, at=at),
        investors=await registry.merged_with(claim.investor_id, city_code=city_code),
        projects=await registry.merged_with(claim.project_id, city_code=city_code),
    )


async def decide_claim(
    session: AsyncSession,
    *,
    claim_id: UUID,
    policy_year: int,
    parties: Parties,
    caller: Caller,
    at: datetime,
) -> AngelClaim:
    """Determine by the policy of the day it was lodged; approve and encumber, or refuse with every reason."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    status_after(Fact.APPROVED, claim.status, MOVES)
    refuse_if(
        second_person_findings(
            approver=caller.acting_for, prepared_by=claim.reviewed_by or "", decided_by=claim.filed_by
        )
    )
    snapshot, determination = await _determine(session, claim, parties, policy_year=policy_year, caller=caller)
    if determination.outcome == REFUSED_OPEN:
        raise PolicyOpen(reasons=determination.findings)
    claim.determination_id, claim.decided_by, claim.decided_at = determination.id, caller.acting_for, at
    programme, _ = angel_programme(snapshot.pack)
    against = [*determination.findings, *relation_findings(parties.related, programme.clauses)]
    if determination.outcome != ELIGIBLE or against:
        return await _refuse(session, claim, against)
    return await _approve(session, claim, snapshot, determination, policy_year, must_be_payable(parties.payee), at)


async def _determine(
    session: AsyncSession, claim: AngelClaim, parties: Parties, *, policy_year: int, caller: Caller
) -> tuple[Snapshot, Determination]:
    """One claim of the city at a time: the caps count those before it."""
    investment = await get_investment(session, claim.investment_id, caller)
    await hold_angel(session, claim.city_code)
    accepted = Acceptance(on=claim.lodged_on, at=claim.lodged_at)
    snapshot = await policy_for(session, claim.city_code, accepted)
    programme, _ = angel_programme(snapshot.pack)
    already = await drawn(session, investment, year=policy_year, investors=parties.investors, projects=parties.projects)
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=programme.id,
        act=ACT,
        facts=claim_facts(claimed_by(claim), already),
        accepted=accepted,
        references={"claim": str(claim.id), "case": str(claim.case_id), "investment": str(claim.investment_id)},
        case_id=claim.case_id,
    )
    return snapshot, determination


async def _refuse(session: AsyncSession, claim: AngelClaim, against: list[Finding]) -> AngelClaim:
    claim.status = status_after(Fact.REFUSED, claim.status, MOVES)
    claim.reasons = [finding_document(finding) for finding in against]
    await session.flush()
    await _tell_decided(session, claim, refused=True)
    return claim


async def _approve(
    session: AsyncSession,
    claim: AngelClaim,
    snapshot: Snapshot,
    determination: Determination,
    policy_year: int,
    payee: Payee,
    at: datetime,
) -> AngelClaim:
    """Posting is the last statement, so the claim's row and events come first."""
    amounts = determination.amounts
    claim.status = status_after(Fact.APPROVED, claim.status, MOVES)
    claim.split_bp = dict(determination.terms["split_bp"])
    claim.layers_fen = {layer: amounts[layer] for layer in claim.split_bp}
    claim.reductions = [finding_document(one) for one in reductions_of(snapshot, claim.stage, amounts)]
    claim.approved_fen, claim.policy_year, claim.payment_order_id = amounts["payable"], policy_year, new_id()
    await session.flush()
    approval = await approve(
        session,
        city_code=claim.city_code,
        subject_kind=SUBJECT_KIND,
        subject_id=claim.id,
        case_id=claim.case_id,
        step="decision",
        approver=claim.decided_by or "",
        prepared_by=claim.reviewed_by or "",
        decided_by=claim.filed_by,
        at=at,
    )
    await _tell_decided(session, claim, refused=False)
    await _pay(session, claim, _grant(claim, snapshot, determination, approval.id), payee, at)
    return claim


async def _pay(session: AsyncSession, claim: AngelClaim, grant: Grant, payee: Payee, at: datetime) -> None:
    order_id, city_code = claim.payment_order_id or new_id(), claim.city_code
    async with within_budget(session, grant.line, city_code=city_code):
        await commit_payment(
            session, city_code=city_code, grant=grant, payee=payee, at=at, order_id=order_id, entry_id=new_id()
        )


def _grant(claim: AngelClaim, snapshot: Snapshot, determination: Determination, approval_id: UUID) -> Grant:
    programme, terms = angel_programme(snapshot.pack)
    return Grant(
        subject_kind=SUBJECT_KIND,
        subject_id=claim.id,
        programme=programme.id,
        line=Line(programme.paid_from or programme.id, claim.policy_year or 0, terms.paying_layer),
        amount_fen=claim.approved_fen,
        purpose=programme.zh,
        clauses=programme.clauses,
        determination_id=determination.id,
        case_id=claim.case_id,
        prepared_by=claim.decided_by or "",
        approvals=[approval_id],
    )


async def _tell_decided(session: AsyncSession, claim: AngelClaim, *, refused: bool) -> None:
    fact = AngelClaimDecided(
        case_id=claim.case_id,
        case_outcome="refused" if refused else None,
        claim_id=claim.id,
        investor_id=claim.investor_id,
        approved_fen=claim.approved_fen,
        determination_id=claim.determination_id or claim.id,
        decided_by=claim.decided_by or "",
    )
    await record(session, fact, city_code=claim.city_code, subject=claim.id)


async def claims_moved(session: AsyncSession, words: Sequence[Word]) -> None:
    """Reaction of payments: the investor has the money, the case is granted; or it came back, the approval stands."""
    await move_each(session, AngelClaim, words, _move)


def _move(claim: AngelClaim, word: Word) -> AngelClaimPaid | None:
    fact = Fact.PAID if word.is_paid else Fact.PAYMENT_RETURNED
    claim.status, claim.paid_fen, claim.paid_on = status_after(fact, claim.status, MOVES), 0, None
    if not word.is_paid:
        return None
    claim.paid_fen, claim.paid_on = word.order.amount_fen, word.on
    return AngelClaimPaid(
        case_id=claim.case_id,
        case_outcome="granted",
        claim_id=claim.id,
        investor_id=claim.investor_id,
        payment_order_id=word.order.id,
        amount_fen=word.order.amount_fen,
        settled_on=word.on,
    )


register(SUBJECT_KIND, Subject("acl", moved=claims_moved, recovered=claims_with_receipts))
