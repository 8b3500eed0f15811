"""Lodging claims, one or many at once (XZ-33).

Of many all is read once, under the locks on the bank's row and on the loans; then each is judged in its order against
what stands and what the ones before it have claimed; then all are written together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ClaimLodged
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, Problem, Refusal, named_constraint
from policy.calendar import workdays
from policy.snapshots import Acceptance, Snapshot
from policy.store import PolicyOpen, policy_for
from services.funds.loan_pool.access import own_bank
from services.funds.loan_pool.arrears.queries import reported_fen
from services.funds.loan_pool.bulk.schemas import BulkOut
from services.funds.loan_pool.bulk.service import Done, Item, answer_each, differing
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.queries import (
    claims_by_reference,
    drawn,
    drawn_by_borrower,
    standing_claim,
    standing_claims,
)
from services.funds.loan_pool.claims.rules import Drawn, Known
from services.funds.loan_pool.claims.schemas import ClaimIn
from services.funds.loan_pool.claims.service import ELIGIBLE, REFUSED_OPEN, Tried, judged, known_of
from services.funds.loan_pool.claims.states import Status
from services.funds.loan_pool.lending.models import Loan, PoolBank
from services.funds.loan_pool.lending.queries import admitted_bank, get_loan, lock_loans
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact
from services.funds.loan_pool.policy import claim_item

STATED = (
    "loan_id", "outstanding_principal_fen", "outstanding_interest_fen", "recovered_fen", "other_public_fen",
    "documents",
)  # fmt: skip


class ClaimAlreadyLodged(Conflict):
    """Ask for it by the bank's own reference: `GET …/claims?bank_reference=`."""

    code, title_zh, title_en = "claim_already_lodged", "该编号的补偿申请已提交", "This reference was lodged before"
    hint_zh = "可用 GET /v1/funds/loan-pool/claims?bank_reference= 查询"
    hint_en = "Ask for it by GET /v1/funds/loan-pool/claims?bank_reference="


class LoanAlreadyClaimed(Conflict):
    code, title_zh, title_en = "loan_already_claimed", "该笔贷款已有补偿申请", "The loan has a claim already"
    hint_zh = "可用 GET /v1/funds/loan-pool/claims 查询本行已提交的申请"
    hint_en = "Your claims are at GET /v1/funds/loan-pool/claims"


named_constraint("uq_loss_claim_city_code_bank_id_bank_reference", ClaimAlreadyLodged)
named_constraint("uq_loss_claim_open", LoanAlreadyClaimed)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for many claims of a bank. `known` by reference and `claimed` by loan grow with each let in."""

    known: dict[str, LossClaim]
    loans: Mapping[UUID, Loan]
    claimed: dict[UUID, LossClaim]
    drawn: Mapping[UUID, Drawn]
    reported: Mapping[UUID, int]
    snapshot: Snapshot | None
    accepted: Acceptance


async def lodge_claim(session: AsyncSession, *, given: ClaimIn, caller: Caller, at: datetime) -> LossClaim:
    """Take a complete claim; the clock of its review starts.

    Raises ClaimAlreadyLodged for a reference seen before, PolicyOpen or Refusal with every reason.
    """
    # A batch of the bank looks its references up under this lock. Who is no partner has no loan either.
    await session.get(PoolBank, (caller.city, own_bank(caller)), with_for_update=True)
    loan = await get_loan(session, given.loan_id, caller, lock=True)
    earlier = await standing_claim(session, loan.id)
    if earlier is not None and earlier.bank_reference == given.bank_reference:
        raise ClaimAlreadyLodged
    accepted = Acceptance(on=on_date(at), at=at)
    snapshot = await policy_for(session, loan.city_code, accepted)
    already = await drawn(session, loan, year=accepted.on.year)
    tried = judged(snapshot, accepted, given, loan, already, await known_of(session, loan, earlier))
    claim = _claim(given, loan, tried, caller, at)
    await _write(session, [claim], snapshot)
    return claim


async def lodge_each(session: AsyncSession, *, items: Sequence[Item[ClaimIn]], caller: Caller, at: datetime) -> BulkOut:
    """Lodge each claim as `lodge_claim` does, or say what stands under the bank's reference already."""
    asked = [item.given for item in items if item.given is not None]
    found = await _read(session, asked, caller, at)
    lodged: list[LossClaim] = []

    def lodge(given: ClaimIn) -> Done:
        if isinstance(found, Problem):
            raise found
        earlier = found.known.get(given.bank_reference)
        if earlier is not None:
            return Done(earlier.id, created=False, differs=differing(given, earlier, STATED))
        claim = _let_in(found, given, caller)
        lodged.append(claim)
        return Done(claim.id, created=True)

    told = answer_each(items, prefix="clm", do=lodge)
    if isinstance(found, Found) and found.snapshot is not None:
        await _write(session, lodged, found.snapshot)
    return told


async def _read(session: AsyncSession, asked: Sequence[ClaimIn], caller: Caller, at: datetime) -> Found | Problem:
    try:
        bank = await admitted_bank(session, caller.city, own_bank(caller), lock=True)
    except Problem as problem:
        return problem
    accepted = Acceptance(on=on_date(at), at=at)
    known = await claims_by_reference(session, bank, [given.bank_reference for given in asked])
    loans = await lock_loans(session, bank, {given.loan_id for given in asked if given.bank_reference not in known})
    return Found(
        known=known,
        loans=loans,
        claimed=await standing_claims(session, loans) if loans else {},
        drawn=await drawn_by_borrower(session, bank, loans.values(), year=accepted.on.year) if loans else {},
        reported=await reported_fen(session, bank.city_code, bank.bank_id, loans.values()) if loans else {},
        snapshot=await policy_for(session, bank.city_code, accepted) if loans else None,
        accepted=accepted,
    )


def _let_in(found: Found, given: ClaimIn, caller: Caller) -> LossClaim:
    """Judge a claim by what stands and was let in so far. Raises NotFound, PolicyOpen, Refusal with every reason."""
    loan, earlier = found.loans.get(given.loan_id), found.claimed.get(given.loan_id)
    if loan is None or found.snapshot is None:
        raise NotFound
    already, known = found.drawn[loan.borrower_id], Known(earlier is not None, found.reported.get(loan.id))
    tried = judged(found.snapshot, found.accepted, given, loan, already, known)
    claim = _claim(given, loan, tried, caller, found.accepted.at)
    found.known[claim.bank_reference] = found.claimed[loan.id] = claim
    return claim


def _claim(given: ClaimIn, loan: Loan, tried: Tried, caller: Caller, at: datetime) -> LossClaim:
    """As it is lodged. Raises PolicyOpen or Refusal with every reason against it."""
    if tried.outcome == REFUSED_OPEN:
        raise PolicyOpen(reasons=tried.findings)
    if tried.outcome != ELIGIBLE:
        raise Refusal(reasons=tried.findings)
    loss, ruling = tried.loss, tried.ruling
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
        eligible_fen=ruling.amounts["base"],
        lodged_on=loss.lodged_on,
        lodged_at=at,
        lodged_by=caller.acting_for,
        review_due_on=workdays().add(loss.lodged_on, ruling.terms["review_working_days"]).on,
        status=Status.LODGED,
    )


async def _write(session: AsyncSession, claims: Sequence[LossClaim], snapshot: Snapshot) -> None:
    """All that were let in, in their order. Raises ClaimAlreadyLodged, LoanAlreadyClaimed."""
    session.add_all(claims)
    await session.flush()
    for claim in claims:
        note(session, Fact.CLAIM_LODGED, claim, amount_fen=claim.asked_fen, at=claim.lodged_at)
        fact = ClaimLodged(
            case_id=claim.case_id,
            claim_id=claim.id,
            bank_id=claim.bank_id,
            loan_id=claim.loan_id,
            item=claim_item(snapshot.pack).id,
            amount_fen=claim.asked_fen,
            lodged_on=claim.lodged_on,
            lodged_at=claim.lodged_at,
            policy_version=snapshot.version,
            review_due_on=claim.review_due_on,
        )
        await record(session, fact, city_code=claim.city_code, subject=claim.id)
