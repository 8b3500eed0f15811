"""Loss claims: tried out, lodged, reviewed (XZ-33)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ClaimLodged, ClaimReviewed
from contracts.window import CaseOpened
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, named_constraint
from policy.calendar import workdays
from policy.engine import decide
from policy.rules.matter import Ruling
from policy.schema import Pack, Programme
from policy.snapshots import Acceptance, Snapshot, open_finding
from policy.store import PolicyOpen, policy_for
from policy.terms import LossShareTerms
from services.funds.loan_pool.access import own_bank
from services.funds.loan_pool.bulk.service import Done, differing
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.queries import claim_by_reference, drawn, get_claim, standing_claim
from services.funds.loan_pool.claims.rules import (
    CoveredLoan,
    LoanLife,
    Loss,
    claim_facts,
    document_findings,
    life_findings,
    loan_findings,
    moved_out_findings,
)
from services.funds.loan_pool.claims.schemas import ClaimIn, LossIn, ReviewIn
from services.funds.loan_pool.claims.states import MOVES, Fact, Status
from services.funds.loan_pool.lending.models import Loan
from services.funds.loan_pool.lending.queries import admitted_bank, get_loan
from services.funds.loan_pool.lending.states import Status as LoanStatus
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact as Moved
from services.funds.loan_pool.policy import claim_item, life_of, pool_programme

ELIGIBLE, REFUSED_OPEN = "eligible", "refused_open"


class ClaimAlreadyLodged(Conflict):
    """Ask for it by the bank's own reference: `GET …/claims?bank_reference=`."""

    code, title_zh, title_en = "claim_already_lodged", "该编号的补偿申请已提交", "This reference was lodged before"
    hint_zh = "可用 GET /v1/funds/loan-pool/claims?bank_reference= 查询"
    hint_en = "Ask for it by GET /v1/funds/loan-pool/claims?bank_reference="


class LoanAlreadyClaimed(Conflict):
    code, title_zh, title_en = "loan_already_claimed", "该笔贷款已有补偿申请", "The loan has a claim already"
    hint_zh = "可用 GET /v1/funds/loan-pool/claims 查询本行已提交的申请"
    hint_en = "Your claims are at GET /v1/funds/loan-pool/claims"


class ClaimNotPaid(Conflict):
    code, title_zh, title_en = "claim_not_paid", "补偿款尚未支付", "The claim has not been paid"


class ClaimClosed(Conflict):
    code, title_zh, title_en = "claim_closed", "该申请的追偿已结案", "The claim was closed before"


class ReviewedBySamePerson(Refusal):
    code, title_zh, title_en = "reviewed_by_same_person", "审核人不得为申请人", "Nobody reviews their own claim"


named_constraint("uq_loss_claim_city_code_bank_id_bank_reference", ClaimAlreadyLodged)
named_constraint("uq_loss_claim_open", LoanAlreadyClaimed)
named_constraint("ck_loss_claim_review_by_another", ReviewedBySamePerson)


@dataclass(frozen=True, slots=True)
class Tried:
    """What would be decided now: the policy's ruling, and every reason against, ours among them."""

    snapshot: Snapshot
    loss: Loss
    facts: Mapping[str, Any]
    ruling: Ruling
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> str:
        """The ruling's, unless a reason of our own stands against it."""
        return "not_eligible" if self.ruling.outcome == ELIGIBLE and self.findings else self.ruling.outcome


async def try_claim(session: AsyncSession, *, given: LossIn, caller: Caller, at: datetime) -> Tried:
    """What lodging would meet now. Stores nothing. Raises NotFound for a loan the bank does not hold."""
    loan = await get_loan(session, given.loan_id, caller)
    accepted = Acceptance(on=on_date(at), at=at)
    snapshot = await policy_for(session, loan.city_code, accepted)
    programme, loss = pool_programme(snapshot.pack), stated_loss(given, accepted.on)
    facts = claim_facts(covered_loan(loan), loss, await drawn(session, loan, year=accepted.on.year))
    ruling = decide(snapshot, programme=programme.id, act="pay_claim", facts=facts, accepted=accepted)
    earlier = await standing_claim(session, loan.id)
    own = loan_findings(covered_loan(loan), loss, has_claim=earlier is not None, clauses=programme.clauses)
    unknown = _unknown_documents(snapshot.pack, programme, loss)
    life = (*life_findings(_life(loan), programme.clauses), *_moved_out(snapshot, accepted, loan, programme))
    return Tried(snapshot, loss, facts, ruling, (*ruling.findings, *own, *life, *unknown))


def _life(loan: Loan) -> LoanLife:
    return LoanLife(
        paid_out=loan.status is not LoanStatus.REGISTERED,
        repaid=loan.status is LoanStatus.REPAID,
        withdrawn=loan.status is LoanStatus.WITHDRAWN,
        refinances=loan.refinances,
    )


def _moved_out(snapshot: Snapshot, accepted: Acceptance, loan: Loan, programme: Programme) -> list[Finding]:
    """Whether the loss of a borrower that left is shared is for the city to say; while it has not, nobody knows."""
    key = life_of(snapshot.pack)
    if key is None or loan.moved_out_on is None:
        return []
    covers = snapshot.value(key.covers_moved_out, accepted=accepted)
    if covers is None:
        return [open_finding(snapshot, key.covers_moved_out)]
    return moved_out_findings(loan.moved_out_on, covers=bool(covers.value), clauses=programme.clauses)


def _unknown_documents(pack: Pack, programme: Programme, loss: Loss) -> list[Finding]:
    terms = programme.terms
    assert isinstance(terms, LossShareTerms)  # noqa: S101 - pool_programme looked for exactly these
    listed = pack.parameters[terms.claim_documents]
    return document_findings(loss.documents, {choice.id for choice in listed.choices}, listed.clauses)


async def lodge_claim(session: AsyncSession, *, given: ClaimIn, caller: Caller, at: datetime) -> LossClaim:
    """Take a complete claim; the clock of its review starts.

    Raises ClaimAlreadyLodged for a reference seen before, PolicyOpen or Refusal with every reason.
    """
    loan = await get_loan(session, given.loan_id, caller, lock=True)
    earlier = await standing_claim(session, loan.id)
    if earlier is not None and earlier.bank_reference == given.bank_reference:
        raise ClaimAlreadyLodged
    tried = await try_claim(session, given=given, caller=caller, at=at)
    _must_hold(tried)
    snapshot, ruling = tried.snapshot, tried.ruling
    claim = _claim(given, loan, tried.loss, caller, at)
    claim.eligible_fen = ruling.amounts["base"]
    claim.review_due_on = workdays().add(claim.lodged_on, ruling.terms["review_working_days"]).on
    session.add(claim)
    await session.flush()
    note(session, Moved.CLAIM_LODGED, claim, amount_fen=claim.asked_fen, at=at)
    fact = ClaimLodged(
        case_id=claim.case_id,
        claim_id=claim.id,
        bank_id=claim.bank_id,
        loan_id=loan.id,
        item=claim_item(snapshot.pack).id,
        amount_fen=claim.asked_fen,
        lodged_on=claim.lodged_on,
        lodged_at=at,
        policy_version=snapshot.version,
        review_due_on=claim.review_due_on,
    )
    await record(session, fact, city_code=claim.city_code, subject=claim.id)
    return claim


STATED = (
    "loan_id", "outstanding_principal_fen", "outstanding_interest_fen", "recovered_fen", "other_public_fen",
    "documents",
)  # fmt: skip


async def lodge_once(session: AsyncSession, *, given: ClaimIn, caller: Caller, at: datetime) -> Done:
    """Lodge, or say what stands under the bank's reference already. Raises as `lodge_claim` does."""
    await admitted_bank(session, caller.city, own_bank(caller), lock=True)
    earlier = await claim_by_reference(session, caller.city, own_bank(caller), given.bank_reference)
    if earlier is not None:
        return Done(earlier.id, created=False, differs=differing(given, earlier, STATED))
    claim = await lodge_claim(session, given=given, caller=caller, at=at)
    return Done(claim.id, created=True)


async def review_claim(
    session: AsyncSession, *, claim_id: UUID, given: ReviewIn, caller: Caller, at: datetime
) -> LossClaim:
    """An officer's opinion, for the person who decides, and what was found against the bank, each with its reason."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    claim.status = status_after(Fact.REVIEWED, claim.status, MOVES)
    claim.reviewed_by, claim.reviewed_at, claim.opinion = caller.acting_for, at, given.opinion
    claim.negligence = [one.model_dump() for one in given.negligence]
    note(session, Moved.CLAIM_REVIEWED, claim, amount_fen=claim.asked_fen, at=at)
    fact = ClaimReviewed(case_id=claim.case_id, claim_id=claim.id, bank_id=claim.bank_id)
    await record(session, fact, city_code=claim.city_code, subject=claim.id)
    await session.flush()
    return claim


async def close_claim(session: AsyncSession, *, claim_id: UUID, reason: str, caller: Caller, at: datetime) -> LossClaim:
    """Nothing more is expected of a paid claim; what still comes in later is shared as before. Raises ClaimClosed."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    if claim.status is not Status.PAID:
        raise ClaimNotPaid
    if claim.closed_on is not None:
        raise ClaimClosed
    claim.closed_on, claim.closed_by, claim.closed_because = on_date(at), caller.acting_for, reason
    await session.flush()
    return claim


async def on_case_opened(session: AsyncSession, event: Received[CaseOpened]) -> None:
    """The window has given the claim's case its number."""
    # Locked, as review and decision lock it: the row has a version, and a lost race would park the event.
    subject = event.data.subject_id
    claim = await session.get(LossClaim, subject, with_for_update=True) if subject else None
    if claim is not None and claim.case_id == event.data.case_id:
        claim.case_number = event.data.number


def _must_hold(tried: Tried) -> None:
    if tried.outcome == REFUSED_OPEN:
        raise PolicyOpen(reasons=tried.findings)
    if tried.outcome != ELIGIBLE:
        raise Refusal(reasons=tried.findings)


def covered_loan(loan: Loan) -> CoveredLoan:
    """What of the loan decides."""
    return CoveredLoan(loan.lent_fen, loan.registered_on, loan.falls_due_on)


def stated_loss(given: LossIn | LossClaim, lodged_on: date) -> Loss:
    """The loss as the bank states it."""
    return Loss(
        outstanding_principal_fen=given.outstanding_principal_fen,
        outstanding_interest_fen=given.outstanding_interest_fen,
        recovered_fen=given.recovered_fen,
        other_public_fen=given.other_public_fen,
        documents=tuple(given.documents),
        lodged_on=lodged_on,
    )


def _claim(given: ClaimIn, loan: Loan, loss: Loss, caller: Caller, at: datetime) -> LossClaim:
    return LossClaim(
        id=new_id(),
        city_code=loan.city_code,
        bank_id=loan.bank_id,
        bank_reference=given.bank_reference,
        loan_id=loan.id,
        case_id=new_id(),
        outstanding_principal_fen=loss.outstanding_principal_fen,
        outstanding_interest_fen=loss.outstanding_interest_fen,
        recovered_fen=loss.recovered_fen,
        other_public_fen=loss.other_public_fen,
        documents=list(loss.documents),
        asked_fen=loss.asked_fen,
        lodged_on=loss.lodged_on,
        lodged_at=at,
        lodged_by=caller.acting_for,
        status=Status.LODGED,
    )
