"""Deciding a claim by a second person, and what happens to it when the bank has its money (XZ-33)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ClaimDecided, ClaimPaid
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Refusal, refuse_if
from ledger.chart import open_accounts
from policy.determinations import Determination, finding_document
from policy.schema import Programme
from policy.snapshots import Acceptance
from policy.store import PolicyOpen, decide_and_keep, policy_for
from policy.terms import LossShareTerms
from services.funds.approvals.rules import second_person_findings
from services.funds.approvals.service import approve
from services.funds.chart import Line, share_accounts
from services.funds.journal import post_entry
from services.funds.loan_pool.claims.instalments import commit_instalments
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.paid import money_arrived, money_came_back
from services.funds.loan_pool.claims.postings import loss_shared, other_levels
from services.funds.loan_pool.claims.queries import drawn, get_claim, hold_pool
from services.funds.loan_pool.claims.rules import Part, claim_facts, negligence_bp
from services.funds.loan_pool.claims.service import (
    ELIGIBLE,
    REFUSED_OPEN,
    against_loan,
    covered_loan,
    stated_loss,
)
from services.funds.loan_pool.claims.states import MOVES, Fact
from services.funds.loan_pool.lending.queries import get_loan
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact as Moved
from services.funds.loan_pool.policy import pool_programme
from services.funds.loan_pool.recoveries.queries import claims_with_receipts
from services.funds.payments.payees import Gathering, Payee, must_be_payable, payee_if_any
from services.funds.payments.service import Grant, commit_payment
from services.funds.payments.subjects import Subject, Word, move_each, register
from services.funds.programmes.spending import within_budget

SUBJECT_KIND, OPEN = "loss_claim", "parameter_open"


@dataclass(frozen=True, slots=True)
class Parties:
    """The bank's account, if there is one, and the borrower with the firms that by mergers share its cap."""

    payee: Payee | Refusal
    borrowers: frozenset[UUID]


async def gather_parties(gathering: Gathering, *, claim_id: UUID, caller: Caller) -> Parties:
    """As the registry has them now, asked before the transaction."""
    async with gathering.sessions() as session:
        claim = await get_claim(session, claim_id, caller)
        loan = await get_loan(session, claim.loan_id, caller)
    payee = await payee_if_any(gathering.registry, claim.bank_id, city_code=claim.city_code)
    borrowers = await gathering.registry.merged_with(loan.borrower_id, city_code=claim.city_code)
    return Parties(payee, borrowers)


async def decide_claim(
    session: AsyncSession,
    *,
    claim_id: UUID,
    policy_year: int,
    parties: Parties,
    caller: Caller,
    at: datetime,
    parts: Sequence[Part] = (),
) -> LossClaim:
    """Determine by the policy of the day it was lodged; approve and encumber, or refuse with every reason.

    With `parts` what is approved is paid in instalments.
    """
    claim = await get_claim(session, claim_id, caller, lock=True)
    status_after(Fact.APPROVED, claim.status, MOVES)  # one under appeal is decided as an appeal
    refuse_if(
        second_person_findings(
            approver=caller.acting_for, prepared_by=claim.reviewed_by or "", decided_by=claim.lodged_by
        )
    )
    found = await determine_claim(session, claim, policy_year=policy_year, borrowers=parties.borrowers, caller=caller)
    determination, programme, against = found
    must_be_decidable(determination, against)
    claim.determination_id, claim.decided_by, claim.decided_at = determination.id, caller.acting_for, at
    if against:
        return await _refuse(session, claim, determination, against, at)
    payee = must_be_payable(parties.payee)
    return await approve_claim(session, claim, determination, programme, policy_year, payee, at, parts)


def must_be_decidable(determination: Determination, against: Sequence[Finding]) -> None:
    """Of what stands open, in the policy's ruling or beside it, nobody can say no either. Raises PolicyOpen."""
    is_open = determination.outcome == ELIGIBLE and any(finding.code == OPEN for finding in against)
    if determination.outcome == REFUSED_OPEN or is_open:
        raise PolicyOpen(reasons=against)


async def determine_claim(
    session: AsyncSession, claim: LossClaim, *, policy_year: int, borrowers: Collection[UUID], caller: Caller
) -> tuple[Determination, Programme, list[Finding]]:
    """Put the claim to the policy of the day it was lodged, one claim of the pool at a time, and keep the answer.

    The findings are all that stands against it: the policy's, and what became known of the loan since.
    """
    loan = await get_loan(session, claim.loan_id, caller)
    await hold_pool(session, claim.city_code)
    already = await drawn(session, loan, year=policy_year, borrowers=borrowers)
    accepted = Acceptance(on=claim.lodged_on, at=claim.lodged_at)
    snapshot = await policy_for(session, claim.city_code, accepted)
    programme = pool_programme(snapshot.pack)
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=programme.id,
        act="pay_claim",
        facts=claim_facts(covered_loan(loan), stated_loss(claim, claim.lodged_on), already)
        | negligence_bp(claim.negligence),
        accepted=accepted,
        references={"claim": str(claim.id), "case": str(claim.case_id), "loan": str(loan.id)},
        case_id=claim.case_id,
    )
    return determination, programme, [*determination.findings, *against_loan(snapshot, accepted, loan)]


async def _refuse(
    session: AsyncSession, claim: LossClaim, determination: Determination, against: Sequence[Finding], at: datetime
) -> LossClaim:
    claim.status = status_after(Fact.REFUSED, claim.status, MOVES)
    claim.reasons = [finding_document(finding) for finding in against]
    claim.eligible_fen = 0
    note(session, Moved.CLAIM_REFUSED, claim, amount_fen=claim.asked_fen, at=at)
    await session.flush()
    await tell_decided(session, claim, determination.id, outcome="refused")
    return claim


async def approve_claim(
    session: AsyncSession,
    claim: LossClaim,
    determination: Determination,
    programme: Programme,
    policy_year: int,
    payee: Payee,
    at: datetime,
    parts: Sequence[Part] = (),
    *,
    fact: Fact = Fact.APPROVED,
) -> LossClaim:
    """Posting is the last statement, so the claim's row and events come first."""
    amounts, approver = determination.amounts, claim.decided_by or ""
    claim.status = status_after(fact, claim.status, MOVES)
    claim.split_bp = dict(determination.terms["split_bp"])
    claim.layers_fen = {layer: amounts[layer] for layer in claim.split_bp}
    claim.eligible_fen, claim.approved_fen = amounts["base"], amounts["payable"]
    claim.policy_year, claim.payment_order_id = policy_year, new_id()
    grant = _grant(claim, determination, programme)
    shares = other_levels(grant.line, claim.layers_fen)
    claim.shares_entry_id = new_id() if shares else None
    note(session, Moved.CLAIM_APPROVED, claim, amount_fen=claim.approved_fen, at=at)
    await session.flush()
    approval = await approve(
        session,
        city_code=claim.city_code,
        subject_kind=SUBJECT_KIND,
        subject_id=claim.id,
        case_id=claim.case_id,
        step="decision",
        approver=approver,
        prepared_by=claim.reviewed_by or "",
        decided_by=claim.lodged_by,
        at=at,
    )
    await tell_decided(session, claim, determination.id, outcome=None)
    await _commit(session, claim, replace(grant, approvals=[approval.id]), payee, at, parts)
    await _record_shares(session, claim, shares, payee, at)
    return claim


async def _record_shares(
    session: AsyncSession, claim: LossClaim, shares: Mapping[Line, int], payee: Payee, at: datetime
) -> None:
    """What the province or a district bears beside the level that pays: in the books, on its own accounts."""
    if claim.shares_entry_id is None:
        return
    accounts = [one for line in shares for one in share_accounts(line, claim.bank_id, name=payee.name)]
    await open_accounts(session, accounts, city_code=claim.city_code)
    entry = loss_shared(
        shares,
        bank_id=claim.bank_id,
        on=on_date(at),
        reference=claim.id,
        determination_id=claim.determination_id,
        case_id=claim.case_id,
    )
    key, by = f"{entry.fact}:{claim.id}", claim.decided_by or ""
    await post_entry(session, entry, city_code=claim.city_code, key=key, entry_id=claim.shares_entry_id, actor=by)


async def _commit(
    session: AsyncSession, claim: LossClaim, grant: Grant, payee: Payee, at: datetime, parts: Sequence[Part]
) -> None:
    order_id, city_code = claim.payment_order_id or new_id(), claim.city_code
    async with within_budget(session, grant.line, city_code=city_code):
        if parts:
            await commit_instalments(session, claim, grant, parts, payee, at)
            return
        await commit_payment(
            session, city_code=city_code, grant=grant, payee=payee, at=at, order_id=order_id, entry_id=new_id()
        )


def _grant(claim: LossClaim, determination: Determination, programme: Programme) -> Grant:
    terms = programme.terms
    assert isinstance(terms, LossShareTerms)  # noqa: S101 - pool_programme looked for exactly these
    return Grant(
        subject_kind=SUBJECT_KIND,
        subject_id=claim.id,
        programme=programme.id,
        line=Line(programme.paid_from or "", claim.policy_year or 0, terms.paying_layer),
        amount_fen=claim.approved_fen,
        purpose=f"{programme.zh} {claim.bank_reference}",
        clauses=programme.clauses,
        determination_id=determination.id,
        case_id=claim.case_id,
        prepared_by=claim.decided_by or "",
        approvals=[],
    )


async def tell_decided(session: AsyncSession, claim: LossClaim, determination_id: UUID, *, outcome: str | None) -> None:
    fact = ClaimDecided(
        case_id=claim.case_id,
        case_outcome="refused" if outcome == "refused" else None,
        claim_id=claim.id,
        bank_id=claim.bank_id,
        approved_fen=claim.approved_fen,
        determination_id=determination_id,
        decided_by=claim.decided_by or "",
    )
    await record(session, fact, city_code=claim.city_code, subject=claim.id)


async def claims_moved(session: AsyncSession, words: Sequence[Word]) -> None:
    """Reaction of payments: the bank has all of it, or the money came back and the approval stands."""

    def move(claim: LossClaim, word: Word) -> ClaimPaid | None:
        if word.is_paid:
            return money_arrived(session, claim, word.order, word.on)
        money_came_back(session, claim, word.order)
        return None

    await move_each(session, LossClaim, words, move)


register(SUBJECT_KIND, Subject("clm", moved=claims_moved, recovered=claims_with_receipts))
