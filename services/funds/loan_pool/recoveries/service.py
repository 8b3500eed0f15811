"""Recoveries: reported by the bank, split by the shares stored with the claim, received by finance; or taken back
before (XZ-33).
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import RecoveryShared
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, named_constraint
from ledger.entries import Leg
from services.funds.chart import Line
from services.funds.journal import post_entry
from services.funds.loan_pool.claims.instalments import first_paid_on
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.postings import other_levels, share_recovered
from services.funds.loan_pool.claims.queries import get_claim, hold_pool
from services.funds.loan_pool.claims.service import ClaimNotPaid
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact as Moved
from services.funds.loan_pool.policy import pool_programme
from services.funds.loan_pool.recoveries.models import Recovery
from services.funds.loan_pool.recoveries.postings import recovery_returned
from services.funds.loan_pool.recoveries.queries import get_recovery, layers_of, recovered_of, stands_later
from services.funds.loan_pool.recoveries.schemas import RecoveryIn
from services.funds.loan_pool.recoveries.splitting import Split, paying_line, split_recovery
from services.funds.loan_pool.recoveries.states import MOVES, Fact, Status


class RecoveryAlreadyReported(Conflict):
    code, title_zh, title_en = "recovery_already_reported", "该追回编号已报送", "This reference was reported before"


class DateInFuture(Refusal):
    code, title_zh, title_en = "date_in_future", "日期晚于今日", "The day lies in the future"


class DateTooEarly(Refusal):
    """What the bank had before it lodged is in its claim; a share arrives after the loss was paid and recovered."""

    code, title_zh, title_en = "date_too_early", "日期早于所依据的事项", "The day lies before what it follows"


class NotPaidSoFar(Conflict):
    """It is entered when the instalments that are still due were paid. `returned_fen` with what was received before."""

    code, title_zh, title_en = "not_paid_so_far", "返还额超过已付补偿款", "More than was paid so far would be returned"
    hint_zh, hint_en = "后续各期补偿款付清后再登记到账", "Enter it when the remaining instalments have been paid"


class LaterRecoveryStands(Conflict):
    """The split of each rests on what those before it left with each layer."""

    code, title_zh, title_en = "later_recovery_stands", "其后报送的追回尚未撤回", "A later recovery stands"
    hint_zh, hint_en = (
        "请先撤回同一申请其后报送的追回",
        "Take back those reported after it first, the last one before the others",
    )


named_constraint("uq_recovery_city_code_bank_id_bank_reference", RecoveryAlreadyReported)


async def report_recovery(
    session: AsyncSession, *, claim_id: UUID, given: RecoveryIn, caller: Caller, at: datetime
) -> Recovery:
    """Split what the bank recovered. To no layer goes more than it bears. Raises ClaimNotPaid, Refusal."""
    if given.recovered_on > on_date(at):
        raise DateInFuture
    claim = await get_claim(session, claim_id, caller, lock=True)
    if not claim.paid_fen or claim.split_bp is None:
        raise ClaimNotPaid
    if given.recovered_on < claim.lodged_on:
        raise DateTooEarly
    recovery_id = new_id()
    split = await split_recovery(
        session,
        claim,
        given,
        recovery_id=recovery_id,
        programme_of=pool_programme,
        earlier=layers_of(claim.id),
    )
    row = _recovery(claim, given, split, caller, recovery_id, at)
    row.after_closure = claim.closed_on is not None
    session.add(row)
    note(session, Moved.RECOVERY_REPORTED, row, amount_fen=row.recovered_fen, at=at)
    await session.flush()
    return row


async def withdraw_recovery(
    session: AsyncSession, *, recovery_id: UUID, reason: str, caller: Caller, at: datetime
) -> Recovery:
    """A wrong report is taken back while nothing of it has arrived. Raises LaterRecoveryStands, IllegalMove."""
    row, _ = await _locked(session, recovery_id, caller)
    row.status = status_after(Fact.WITHDRAWN, row.status, MOVES)
    if await stands_later(session, row):
        raise LaterRecoveryStands
    row.withdrawn_by, row.withdrawn_because = caller.acting_for, reason
    note(session, Moved.RECOVERY_WITHDRAWN, row, amount_fen=row.recovered_fen, at=at)
    await session.flush()
    return row


async def _locked(session: AsyncSession, recovery_id: UUID, caller: Caller) -> tuple[Recovery, LossClaim]:
    """The claim first, as reporting and paying lock it: no other recovery is split or received meanwhile."""
    row = await get_recovery(session, recovery_id, caller)
    claim = await get_claim(session, row.claim_id, caller, lock=True)
    return await get_recovery(session, recovery_id, caller, lock=True), claim


def _recovery(
    claim: LossClaim, given: RecoveryIn, split: Split, caller: Caller, recovery_id: UUID, at: datetime
) -> Recovery:
    return Recovery(
        id=recovery_id,
        city_code=claim.city_code,
        claim_id=claim.id,
        bank_id=claim.bank_id,
        bank_reference=given.bank_reference,
        recovered_on=given.recovered_on,
        recovered_fen=given.recovered_fen,
        costs_fen=given.costs_fen,
        layers_fen=split.layers_fen,
        returned_fen=split.returned_fen,
        determination_id=split.determination_id,
        status=Status.REPORTED,
        reported_by=caller.acting_for,
        reported_at=at,
    )


async def receive_recovery(
    session: AsyncSession, *, recovery_id: UUID, received_on: date, caller: Caller, at: datetime
) -> Recovery:
    """The pool's share has arrived: it is posted, and can be used again."""
    if received_on > on_date(at):
        raise DateInFuture
    row, claim = await _locked(session, recovery_id, caller)
    status = status_after(Fact.RECEIVED, row.status, MOVES)
    paid_on = await first_paid_on(session, claim)
    if paid_on is None:  # the payment was returned after the recovery was reported
        raise ClaimNotPaid
    if received_on < max(row.recovered_on, paid_on):
        raise DateTooEarly
    await _must_be_paid_so_far(session, row, claim)
    row.status, row.entry_id = status, new_id()
    row.received_on, row.received_by = received_on, caller.acting_for
    line = await paying_line(session, claim)
    fact = RecoveryShared(
        case_id=claim.case_id,
        recovery_id=row.id,
        claim_id=claim.id,
        bank_id=claim.bank_id,
        amount_fen=row.recovered_fen,
        returned_fen=row.returned_fen,
    )
    await record(session, fact, city_code=row.city_code, subject=claim.id)
    note(session, Moved.RECOVERY_RECEIVED, row, amount_fen=row.returned_fen, at=at)
    await session.flush()
    others = other_levels(line, row.layers_fen) if claim.shares_entry_id else {}
    if row.returned_fen or others:
        await hold_pool(session, row.city_code)  # a decision posts to the same accounts of other levels
        await _post(session, row, claim, line, share_recovered(others, bank_id=claim.bank_id), caller)
    return row


async def _must_be_paid_so_far(session: AsyncSession, row: Recovery, claim: LossClaim) -> None:
    """What the line has spent for other claims is not for this one to give back. Raises NotPaidSoFar."""
    returned_fen = (await recovered_of(session, claim.id)).received_fen + row.returned_fen
    if row.returned_fen and returned_fen > claim.paid_fen:
        raise NotPaidSoFar(paid_fen=claim.paid_fen, returned_fen=returned_fen)


async def _post(
    session: AsyncSession, row: Recovery, claim: LossClaim, line: Line, others: Sequence[Leg], caller: Caller
) -> None:
    assert row.received_on is not None and row.entry_id is not None  # noqa: PT018, S101 - set by the only caller
    entry = recovery_returned(
        line,
        row.returned_fen,
        recovery_id=row.id,
        determination_id=row.determination_id,
        case_id=claim.case_id,
        on=row.received_on,
        others=others,
    )
    await post_entry(
        session,
        entry,
        city_code=row.city_code,
        key=f"recovery.returned:{row.id}",
        entry_id=row.entry_id,
        actor=caller.acting_for,
    )
