"""A loan's life after its registration: paid out, extended once, repaid early, withdrawn, its borrower gone (XZ-33)."""

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_loans import LoanExtensionDecided
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.etags import must_match
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, refuse_if
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.funds.approvals.rules import second_person_findings
from services.funds.loan_pool.lending.models import Loan
from services.funds.loan_pool.lending.queries import get_loan, has_claim
from services.funds.loan_pool.lending.rules import Payout, payout_findings
from services.funds.loan_pool.lending.states import MOVES, Fact
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact as Moved
from services.funds.loan_pool.policy import life_of, pool_programme


class ExtendedOnce(Conflict):
    code, title_zh, title_en = "extended_once", "该笔贷款已申请过续期", "An extension was asked for before"


class ExtensionNotAsked(Conflict):
    code, title_zh, title_en = "extension_not_asked", "尚无待同意的续期申请", "No extension is waiting"


class NotLater(Refusal):
    code, title_zh, title_en = "extension_not_later", "续期后的到期日须晚于原到期日", "An extension ends later"


class AlreadyDue(Refusal):
    code, title_zh, title_en = "loan_already_due", "贷款已到期,不得续期", "The loan is due already"


class ClaimStands(Conflict):
    code, title_zh, title_en = "claim_stands", "该笔贷款已有补偿申请", "The loan has a claim"


class DayOutOfPlace(Refusal):
    code, title_zh, title_en = "day_out_of_place", "日期早于放款日或晚于今日", "Before the payout, or in the future"


class MovedOutBefore(Conflict):
    code, title_zh, title_en = "moved_out_before", "迁出日已登记", "The day was recorded before"


async def confirm_payout(
    session: AsyncSession, *, loan_id: UUID, on: date, amount_fen: int, seen: str, caller: Caller, at: datetime
) -> Loan:
    """The borrower has the money. Raises Refusal with everything wrong about day and amount."""
    loan = await _changing(session, loan_id, caller, seen)
    status = status_after(Fact.DISBURSED, loan.status, MOVES)
    snapshot = await policy_for(session, loan.city_code, Acceptance(loan.registered_on, loan.registered_at))
    life, last_on = life_of(snapshot.pack), None
    days = snapshot.whole(life.confirm_within_days, accepted=Acceptance(on_date(at), at)) if life else None
    if days is not None:
        last_on = loan.registered_on + timedelta(days=days)
    payout = Payout(on, amount_fen, confirmed_on=on_date(at), last_on=last_on)
    clauses = pool_programme(snapshot.pack).clauses
    refuse_if(payout_findings(payout, loan.registered_on, loan.due_on, loan.principal_fen, clauses))
    loan.status, loan.paid_out_on, loan.paid_out_fen = status, on, amount_fen
    return await _kept(session, loan, Moved.LOAN_DISBURSED, amount_fen, at)


async def withdraw_loan(session: AsyncSession, *, loan_id: UUID, seen: str, caller: Caller, at: datetime) -> Loan:
    """It will not be paid out: the cover ends, and its room is free again."""
    loan = await _changing(session, loan_id, caller, seen)
    loan.status = status_after(Fact.WITHDRAWN, loan.status, MOVES)
    return await _kept(session, loan, Moved.LOAN_WITHDRAWN, loan.principal_fen, at)


async def ask_extension(
    session: AsyncSession, *, loan_id: UUID, due_on: date, reason: str, seen: str, caller: Caller, at: datetime
) -> Loan:
    """The bank asks before the loan is due; an officer grants, once. Raises ExtendedOnce, NotLater, AlreadyDue."""
    loan = await _changing(session, loan_id, caller, seen)
    status_after(Fact.EXTENDED, loan.status, MOVES)
    if loan.extension_to is not None:
        raise ExtendedOnce
    if on_date(at) > loan.due_on:
        raise AlreadyDue
    if due_on <= loan.due_on:
        raise NotLater
    loan.extension_to, loan.extension_reason, loan.extension_asked_by = due_on, reason, caller.acting_for
    loan.extension_refused_by = loan.extension_refused_because = None
    await session.flush()
    return loan


async def refuse_extension(
    session: AsyncSession, *, loan_id: UUID, reason: str, seen: str, caller: Caller, at: datetime
) -> Loan:
    """An officer says no, and why: the due day stays, and until it the bank may ask again. Raises ExtensionNotAsked."""
    loan = await _changing(session, loan_id, caller, seen)
    _must_wait(loan)
    loan.extension_to = loan.extension_reason = loan.extension_asked_by = None
    loan.extension_refused_by, loan.extension_refused_because = caller.acting_for, reason
    await _tell_extension(session, loan, "refused")
    return await _kept(session, loan, Moved.LOAN_EXTENSION_REFUSED, loan.lent_fen, at)


async def _tell_extension(session: AsyncSession, loan: Loan, outcome: Literal["granted", "refused"]) -> None:
    told = LoanExtensionDecided(loan_id=loan.id, bank_id=loan.bank_id, outcome=outcome, due_on=loan.falls_due_on)
    await record(session, told, city_code=loan.city_code, subject=loan.id)


def _must_wait(loan: Loan) -> None:
    if loan.extension_to is None or loan.extended_to is not None:
        raise ExtensionNotAsked


async def grant_extension(session: AsyncSession, *, loan_id: UUID, seen: str, caller: Caller, at: datetime) -> Loan:
    """Another person agrees: the loan falls due later. Raises ExtensionNotAsked, ClaimStands."""
    loan = await _changing(session, loan_id, caller, seen)
    loan.status = status_after(Fact.EXTENDED, loan.status, MOVES)
    _must_wait(loan)
    refuse_if(
        second_person_findings(
            approver=caller.acting_for, prepared_by=loan.extension_asked_by or "", decided_by=loan.registered_by
        )
    )
    if await has_claim(session, loan.id):
        raise ClaimStands
    loan.extended_to, loan.extended_by = loan.extension_to, caller.acting_for
    await _tell_extension(session, loan, "granted")
    return await _kept(session, loan, Moved.LOAN_EXTENDED, loan.lent_fen, at)


async def repay_loan(
    session: AsyncSession, *, loan_id: UUID, on: date, seen: str, caller: Caller, at: datetime
) -> Loan:
    """The borrower has paid back, early or in time: the cover ends. Raises ClaimStands, DayOutOfPlace."""
    loan = await _changing(session, loan_id, caller, seen)
    loan.status = status_after(Fact.REPAID, loan.status, MOVES)
    _must_lie_between(loan, on, at)
    if await has_claim(session, loan.id):
        raise ClaimStands
    loan.repaid_on = on
    return await _kept(session, loan, Moved.LOAN_REPAID, loan.lent_fen, at)


async def record_move_out(
    session: AsyncSession, *, loan_id: UUID, on: date, seen: str, caller: Caller, at: datetime
) -> Loan:
    """The borrower has left the city; what that means for a claim is for the policy. Raises MovedOutBefore."""
    loan = await _changing(session, loan_id, caller, seen)
    if loan.moved_out_on is not None:
        raise MovedOutBefore
    _must_lie_between(loan, on, at)
    loan.moved_out_on = on
    return await _kept(session, loan, Moved.LOAN_MOVED_OUT, loan.lent_fen, at)


async def _changing(session: AsyncSession, loan_id: UUID, caller: Caller, seen: str) -> Loan:
    loan = await get_loan(session, loan_id, caller, lock=True)
    must_match(seen, loan.version)
    return loan


async def _kept(session: AsyncSession, loan: Loan, moved: Moved, amount_fen: int, at: datetime) -> Loan:
    note(session, moved, loan, amount_fen=amount_fen, at=at)
    await session.flush()
    return loan


def _must_lie_between(loan: Loan, on: date, at: datetime) -> None:
    if not loan.lent_on <= on <= on_date(at):
        raise DayOutOfPlace
