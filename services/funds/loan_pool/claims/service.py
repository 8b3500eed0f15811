"""Loss claims: tried out, reviewed, taken back, closed (XZ-33)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ClaimReviewed, ClaimWithdrawn
from contracts.window import CaseOpened
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, named_constraint
from policy.engine import decide
from policy.rules.matter import Ruling
from policy.schema import Pack, Programme
from policy.snapshots import Acceptance, Snapshot, open_finding
from policy.store import policy_for
from policy.terms import LossShareTerms
from services.funds.loan_pool.arrears.queries import reported_fen
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.queries import drawn, get_claim, standing_claim
from services.funds.loan_pool.claims.rules import (
    CoveredLoan,
    Drawn,
    Known,
    LoanLife,
    Loss,
    claim_facts,
    document_findings,
    life_findings,
    loan_findings,
    moved_out_findings,
)
from services.funds.loan_pool.claims.schemas import LossIn, ReviewIn
from services.funds.loan_pool.claims.states import MOVES, Fact, Status
from services.funds.loan_pool.lending.models import Loan
from services.funds.loan_pool.lending.queries import get_loan
from services.funds.loan_pool.lending.states import Status as LoanStatus
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact as Moved
from services.funds.loan_pool.policy import life_of, pool_programme

ELIGIBLE, REFUSED_OPEN = "eligible", "refused_open"


class ClaimNotPaid(Conflict):
    code, title_zh, title_en = "claim_not_paid", "补偿款尚未支付", "The claim has not been paid"


class ClaimClosed(Conflict):
    code, title_zh, title_en = "claim_closed", "该申请的追偿已结案", "The claim was closed before"


class ReviewedBySamePerson(Refusal):
    code, title_zh, title_en = "reviewed_by_same_person", "审核人不得为申请人", "Nobody reviews their own claim"


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
    already = await drawn(session, loan, year=accepted.on.year)
    known = await known_of(session, loan, await standing_claim(session, loan.id))
    return judged(snapshot, accepted, given, loan, already, known)


async def known_of(session: AsyncSession, loan: Loan, earlier: LossClaim | None) -> Known:
    """What is on record of a loan beside its registration."""
    reported = await reported_fen(session, loan.city_code, loan.bank_id, [loan])
    return Known(earlier is not None, reported.get(loan.id))


def judged(snapshot: Snapshot, accepted: Acceptance, given: LossIn, loan: Loan, already: Drawn, known: Known) -> Tried:
    """What the policy and the loan's own life say of a loss."""
    programme, loss = pool_programme(snapshot.pack), stated_loss(given, accepted.on)
    facts = claim_facts(covered_loan(loan), loss, already)
    ruling = decide(snapshot, programme=programme.id, act="pay_claim", facts=facts, accepted=accepted)
    own = loan_findings(covered_loan(loan), loss, known, programme.clauses)
    unknown = _unknown_documents(snapshot.pack, programme, loss)
    life = against_loan(snapshot, accepted, loan)
    return Tried(snapshot, loss, facts, ruling, (*ruling.findings, *own, *life, *unknown))


def against_loan(snapshot: Snapshot, accepted: Acceptance, loan: Loan) -> list[Finding]:
    """What the loan's own life, as far as it is known now, says against a claim accepted then."""
    clauses = pool_programme(snapshot.pack).clauses
    life = LoanLife(
        paid_out=loan.status is not LoanStatus.REGISTERED,
        repaid=loan.status is LoanStatus.REPAID,
        withdrawn=loan.status is LoanStatus.WITHDRAWN,
        refinances=loan.refinances,
    )
    return [*life_findings(life, clauses), *_moved_out(snapshot, accepted, loan, clauses)]


def _moved_out(snapshot: Snapshot, accepted: Acceptance, loan: Loan, clauses: tuple[str, ...]) -> list[Finding]:
    """Whether the loss of a borrower that left is shared is for the city to say; while it has not, nobody knows."""
    key = life_of(snapshot.pack)
    if key is None or loan.moved_out_on is None or loan.moved_out_on > accepted.on:
        return []
    covers = snapshot.value(key.covers_moved_out, accepted=accepted)
    if covers is None:
        return [open_finding(snapshot, key.covers_moved_out)]
    return moved_out_findings(loan.moved_out_on, covers=bool(covers.value), clauses=clauses)


def _unknown_documents(pack: Pack, programme: Programme, loss: Loss) -> list[Finding]:
    terms = programme.terms
    assert isinstance(terms, LossShareTerms)  # noqa: S101 - pool_programme looked for exactly these
    listed = pack.parameters[terms.claim_documents]
    return document_findings(loss.documents, {choice.id for choice in listed.choices}, listed.clauses)


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


async def withdraw_claim(
    session: AsyncSession, *, claim_id: UUID, reason: str, caller: Caller, at: datetime
) -> LossClaim:
    """The bank takes it back before it is decided; the loan may be repaid or claimed for anew. Raises IllegalMove."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    claim.status = status_after(Fact.WITHDRAWN, claim.status, MOVES)
    claim.withdrawn_by, claim.withdrawn_because = caller.acting_for, reason
    note(session, Moved.CLAIM_WITHDRAWN, claim, amount_fen=claim.asked_fen, at=at)
    told = ClaimWithdrawn(case_id=claim.case_id, case_outcome="withdrawn", claim_id=claim.id, bank_id=claim.bank_id)
    await record(session, told, city_code=claim.city_code, subject=claim.id)
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
