"""A refused claim looked at again: in time, once, on the stored decision, by somebody who had no part in it (XZ-33)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.clock import on_date
from kernel.moves import status_after
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.calendar import workdays
from policy.snapshots import Acceptance
from policy.store import figure, policy_for
from services.funds.approvals.rules import second_person_findings
from services.funds.loan_pool.claims.deciding import (
    Parties,
    approve_claim,
    determine_claim,
    must_be_decidable,
    tell_decided,
)
from services.funds.loan_pool.claims.models import LossAppeal, LossClaim
from services.funds.loan_pool.claims.queries import get_claim
from services.funds.loan_pool.claims.schemas import AppealDecisionIn, AppealIn
from services.funds.loan_pool.claims.states import MOVES, Fact
from services.funds.loan_pool.lending.queries import get_loan
from services.funds.loan_pool.lending.states import Status as LoanStatus
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact as Moved
from services.funds.loan_pool.policy import life_of
from services.funds.payments.payees import must_be_payable


class AppealedBefore(Conflict):
    code, title_zh, title_en = "appealed_before", "该申请已复核过一次", "The claim was appealed before"


class AppealTooLate(Conflict):
    """`last_on` was the last day."""

    code, title_zh, title_en = "appeal_too_late", "已超过申请复核的期限", "The time to appeal is over"


class LoanRepaid(Conflict):
    code, title_zh, title_en = "loan_repaid", "该笔贷款已还清", "The loan has been repaid"


named_constraint("pk_loss_appeal", AppealedBefore)


async def lodge_appeal(
    session: AsyncSession, *, claim_id: UUID, given: AppealIn, caller: Caller, at: datetime
) -> LossAppeal:
    """Against a refusal, within the working days the city set. Raises AppealTooLate, AppealedBefore, PolicyOpen."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    if await session.get(LossAppeal, claim.id) is not None:
        raise AppealedBefore
    status = status_after(Fact.APPEALED, claim.status, MOVES)
    assert claim.decided_at is not None and claim.determination_id is not None  # noqa: PT018, S101 - it was refused
    await _must_be_in_time(session, claim, claim.decided_at, at)
    await _must_be_owed(session, claim, caller)
    claim.status = status
    appeal = LossAppeal(
        claim_id=claim.id,
        city_code=claim.city_code,
        grounds=given.grounds,
        documents=list(given.documents),
        lodged_by=caller.acting_for,
        lodged_at=at,
        refused_by=claim.decided_by or "",
        refused_determination_id=claim.determination_id,
    )
    session.add(appeal)
    note(session, Moved.CLAIM_APPEALED, claim, amount_fen=claim.asked_fen, at=at)
    await session.flush()
    return appeal


async def _must_be_in_time(session: AsyncSession, claim: LossClaim, refused_at: datetime, at: datetime) -> None:
    accepted = Acceptance(on=on_date(refused_at), at=refused_at)
    snapshot = await policy_for(session, claim.city_code, accepted)
    life = life_of(snapshot.pack)
    if life is None:
        raise NotFound
    days = figure(snapshot, life.appeal_working_days, accepted=accepted)
    last_on = workdays().add(on_date(refused_at), days).on
    if on_date(at) > last_on:
        raise AppealTooLate(last_on=last_on.isoformat())


async def _must_be_owed(session: AsyncSession, claim: LossClaim, caller: Caller) -> None:
    """Of a loan that was repaid after the refusal there is no loss. Locked: from the appeal on it stays unpaid."""
    loan = await get_loan(session, claim.loan_id, caller, lock=True)
    if loan.status is LoanStatus.REPAID:
        raise LoanRepaid


async def decide_appeal(
    session: AsyncSession, *, claim_id: UUID, given: AppealDecisionIn, parties: Parties, caller: Caller, at: datetime
) -> LossAppeal:
    """By a person who neither lodged, reviewed nor decided. A claim the policy refuses cannot be granted.

    Raises PolicyOpen while nobody can say, as the first decision does, and Refusal with every reason.
    """
    claim = await get_claim(session, claim_id, caller, lock=True)
    appeal = await get_appeal(session, claim_id)
    fact = Fact.APPEAL_GRANTED if given.granted else Fact.APPEAL_REJECTED
    status = status_after(fact, claim.status, MOVES)
    for first, second in ((claim.reviewed_by, appeal.refused_by), (claim.lodged_by, appeal.lodged_by)):
        refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=first or "", decided_by=second))
    appeal.granted, appeal.opinion = given.granted, given.opinion
    appeal.decided_by, appeal.decided_at = caller.acting_for, at
    if not given.granted:
        claim.status = status
        note(session, Moved.CLAIM_APPEAL_REJECTED, claim, amount_fen=claim.asked_fen, at=at)
        await session.flush()
        await tell_decided(session, claim, appeal.refused_determination_id, outcome="refused")
        return appeal
    claim.documents = list(dict.fromkeys((*claim.documents, *appeal.documents)))
    found = await determine_claim(
        session, claim, policy_year=given.policy_year, borrowers=parties.borrowers, caller=caller
    )
    determination, programme, against = found
    must_be_decidable(determination, against)
    refuse_if(against)
    claim.determination_id, claim.decided_by, claim.decided_at = determination.id, caller.acting_for, at
    claim.reasons = []
    payee = must_be_payable(parties.payee)
    await approve_claim(session, claim, determination, programme, given.policy_year, payee, at, fact=fact)
    return appeal


async def get_appeal(session: AsyncSession, claim_id: UUID) -> LossAppeal:
    """The appeal of a claim the caller may see. Raises NotFound."""
    appeal = await session.get(LossAppeal, claim_id)
    if appeal is None:
        raise NotFound
    return appeal
