"""Claims for a lost investment: tried out, lodged, reviewed, taken back (XZ-32)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_angel import AngelClaimLodged, AngelClaimReviewed, AngelClaimWithdrawn
from contracts.window import CaseOpened
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, named_constraint, refuse_if
from policy.calendar import workdays
from policy.engine import decide
from policy.rules.matter import Ruling
from policy.snapshots import Acceptance, Snapshot
from policy.store import PolicyOpen, policy_for
from services.funds.angel.access import must_act_on
from services.funds.angel.claims.models import AngelClaim
from services.funds.angel.claims.queries import drawn, get_claim, standing_claim
from services.funds.angel.claims.rules import Causes, Claimed, claim_facts, reductions, standing_findings
from services.funds.angel.claims.schemas import AngelClaimIn
from services.funds.angel.claims.states import MOVES, AngelClaimStatus, Fact
from services.funds.angel.investments.models import AngelInvestment, AngelLoss
from services.funds.angel.investments.queries import get_investment, losses_of
from services.funds.angel.policy import angel_programme, claim_item
from services.funds.angel.relation import Relation, relation_findings, relations
from services.funds.approvals.rules import second_person_findings
from services.funds.payments.payees import Gathering

ELIGIBLE, REFUSED_OPEN, ACT = "eligible", "refused_open", "compensate"


class InvestmentNotLost(Conflict):
    code = "investment_not_lost"
    title_zh, title_en = "该笔投资尚未登记损失及审计报告", "No audited loss of the investment was told"


class InvestmentAlreadyClaimed(Conflict):
    code, title_zh, title_en = (
        "investment_already_claimed",
        "该笔投资已有补偿申请",
        "The investment has a claim already",
    )


named_constraint("uq_angel_claim_standing", InvestmentAlreadyClaimed)


@dataclass(frozen=True, slots=True)
class Tried:
    """What would be decided now: the policy's ruling, and every reason against, ours among them."""

    snapshot: Snapshot
    claimed: Claimed
    ruling: Ruling
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> str:
        """The ruling's, unless a reason of our own stands against it."""
        return "not_eligible" if self.ruling.outcome == ELIGIBLE and self.findings else self.ruling.outcome


async def gather_relations(
    gathering: Gathering, *, investment_id: UUID, caller: Caller, at: datetime
) -> tuple[Relation, ...]:
    """Whether the parties were related when it was invested, or are today. Raises NotFound."""
    async with gathering.sessions() as session:
        row = await get_investment(session, investment_id, caller)
    return await relations(
        gathering,
        city_code=row.city_code,
        investor_id=row.investor_id,
        project_id=row.project_id,
        days=(row.invested_on, on_date(at)),
    )


async def try_claim(
    session: AsyncSession, *, given: AngelClaimIn, related: tuple[Relation, ...], caller: Caller, at: datetime
) -> Tried:
    """What lodging would meet now. Stores nothing. Raises NotFound, InvestmentNotLost."""
    investment = await get_investment(session, given.investment_id, caller)
    claimed = _claimed(given, investment, await _loss(session, investment.id))
    accepted = Acceptance(on=on_date(at), at=at)
    snapshot = await policy_for(session, investment.city_code, accepted)
    programme, _ = angel_programme(snapshot.pack)
    facts = claim_facts(claimed, await drawn(session, investment, year=accepted.on.year))
    ruling = decide(snapshot, programme=programme.id, act=ACT, facts=facts, accepted=accepted)
    earlier = await standing_claim(session, investment.id)
    own = standing_findings(has_claim=earlier is not None, clauses=programme.clauses)
    against = relation_findings(related, programme.clauses)
    return Tried(snapshot, claimed, ruling, (*ruling.findings, *own, *against))


async def _loss(session: AsyncSession, investment_id: UUID) -> AngelLoss:
    loss = (await losses_of(session, [investment_id])).get(investment_id)
    if loss is None:
        raise InvestmentNotLost
    return loss


async def lodge_claim(
    session: AsyncSession, *, given: AngelClaimIn, related: tuple[Relation, ...], caller: Caller, at: datetime
) -> AngelClaim:
    """Take a complete claim; the clock of its review starts.

    Raises PolicyOpen or Refusal with every reason, NotFound for the project.
    """
    investment = await get_investment(session, given.investment_id, caller, lock=True)
    must_act_on(caller, investment, investment.investor_id)
    tried = await try_claim(session, given=given, related=related, caller=caller, at=at)
    if tried.outcome == REFUSED_OPEN:
        raise PolicyOpen(reasons=tried.findings)
    if tried.outcome != ELIGIBLE:
        raise Refusal(reasons=tried.findings)
    claim = _claim(given, investment, tried, caller, at)
    session.add(claim)
    await session.flush()
    fact = AngelClaimLodged(
        case_id=claim.case_id,
        claim_id=claim.id,
        applicant_id=claim.investor_id,
        investment_id=investment.id,
        item=claim_item(tried.snapshot.pack).id,
        amount_fen=claim.loss_fen,
        lodged_on=claim.lodged_on,
        lodged_at=at,
        policy_version=tried.snapshot.version,
        review_due_on=claim.review_due_on,
    )
    await record(session, fact, city_code=claim.city_code, subject=claim.id)
    return claim


def _claim(given: AngelClaimIn, investment: AngelInvestment, tried: Tried, caller: Caller, at: datetime) -> AngelClaim:
    return AngelClaim(
        id=new_id(),
        city_code=investment.city_code,
        case_id=new_id(),
        investment_id=investment.id,
        investor_id=investment.investor_id,
        project_id=investment.project_id,
        stage=investment.stage,
        documents=list(given.documents),
        loss_fen=tried.claimed.loss_fen,
        other_public_fen=given.other_public_fen,
        filed_by=caller.acting_for,
        lodged_on=on_date(at),
        lodged_at=at,
        review_due_on=workdays().add(on_date(at), tried.ruling.terms["review_working_days"]).on,
        status=AngelClaimStatus.LODGED,
    )


async def review_claim(
    session: AsyncSession, *, claim_id: UUID, opinion: str, caller: Caller, at: datetime
) -> AngelClaim:
    """An officer's opinion, for the person who decides. Raises Refusal for whoever handed it in."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    claim.status = status_after(Fact.REVIEWED, claim.status, MOVES)
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=claim.filed_by, decided_by=None))
    claim.reviewed_by, claim.reviewed_at, claim.opinion = caller.acting_for, at, opinion
    fact = AngelClaimReviewed(case_id=claim.case_id, claim_id=claim.id, investor_id=claim.investor_id)
    await record(session, fact, city_code=claim.city_code, subject=claim.id)
    await session.flush()
    return claim


async def withdraw_claim(session: AsyncSession, *, claim_id: UUID, reason: str, caller: Caller) -> AngelClaim:
    """It is taken back before it is decided; the investment may be claimed for anew. Raises NotFound, IllegalMove."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    must_act_on(caller, claim, claim.investor_id)
    claim.status = status_after(Fact.WITHDRAWN, claim.status, MOVES)
    claim.withdrawn_by, claim.withdrawn_because = caller.acting_for, reason
    told = AngelClaimWithdrawn(
        case_id=claim.case_id, case_outcome="withdrawn", claim_id=claim.id, investor_id=claim.investor_id
    )
    await record(session, told, city_code=claim.city_code, subject=claim.id)
    await session.flush()
    return claim


def reductions_of(snapshot: Snapshot, stage: str, amounts: Mapping[str, int]) -> list[Finding]:
    """Why less is paid than was lost, each with the clauses of its parameter."""
    if "payable" not in amounts:
        return []
    programme, terms = angel_programme(snapshot.pack)
    known: Mapping[str, Any] = snapshot.pack.parameters
    entry = next(one for one in terms.stages if one.stage == stage)
    causes = Causes(
        programme.clauses,
        known[entry.share].clauses,
        known[terms.project_cap].clauses,
        known[entry.yearly_cap].clauses,
    )
    return reductions(amounts, causes)


def _claimed(given: AngelClaimIn, investment: AngelInvestment, loss: AngelLoss) -> Claimed:
    return Claimed(investment.stage, loss.loss_fen, given.other_public_fen, tuple(given.documents))


def claimed_by(claim: AngelClaim) -> Claimed:
    """The loss as it was lodged."""
    return Claimed(claim.stage, claim.loss_fen, claim.other_public_fen, tuple(claim.documents))


async def on_case_opened(session: AsyncSession, event: Received[CaseOpened]) -> None:
    """The window has given the claim's case its number."""
    subject = event.data.subject_id
    claim = await session.get(AngelClaim, subject, with_for_update=True) if subject else None
    if claim is not None and claim.case_id == event.data.case_id:
        claim.case_number = event.data.number
