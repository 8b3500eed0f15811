"""Later recoveries: told by the investor, split by the shares stored with the claim, received by finance; or taken
back before (XZ-32).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_angel import AngelRecoveryShared
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from services.funds.angel.access import must_act_on
from services.funds.angel.claims.models import AngelClaim
from services.funds.angel.claims.queries import get_claim
from services.funds.angel.claims.states import AngelClaimStatus as ClaimStatus
from services.funds.angel.policy import angel_programme
from services.funds.angel.recoveries.models import AngelRecovery
from services.funds.angel.recoveries.queries import get_recovery, layers_of, stands_later
from services.funds.angel.recoveries.schemas import AngelRecoveryIn
from services.funds.angel.recoveries.states import MOVES, AngelRecoveryStatus, Fact
from services.funds.approvals.rules import second_person_findings
from services.funds.journal import post_entry
from services.funds.loan_pool.claims.service import ClaimNotPaid
from services.funds.loan_pool.recoveries.postings import Fact as Posted
from services.funds.loan_pool.recoveries.postings import recovery_returned
from services.funds.loan_pool.recoveries.service import DateInFuture, DateTooEarly, LaterRecoveryStands
from services.funds.loan_pool.recoveries.splitting import paying_line, split_recovery


class RecoveryToldBefore(Conflict):
    code, title_zh, title_en = "recovery_told_before", "该追回编号已报送", "This reference was told before"


named_constraint("uq_angel_recovery_city_code_claim_id_reference", RecoveryToldBefore)


async def report_recovery(
    session: AsyncSession, *, claim_id: UUID, given: AngelRecoveryIn, caller: Caller, at: datetime
) -> AngelRecovery:
    """Split what came in. To no layer goes more than it bears. Raises ClaimNotPaid, DateTooEarly, DateInFuture."""
    claim = await get_claim(session, claim_id, caller, lock=True)
    if given.recovered_on > on_date(at):
        raise DateInFuture
    if claim.status is not ClaimStatus.PAID:
        raise ClaimNotPaid
    if given.recovered_on < claim.lodged_on:
        raise DateTooEarly
    recovery_id = new_id()
    split = await split_recovery(
        session,
        claim,
        given,
        recovery_id=recovery_id,
        programme_of=lambda pack: angel_programme(pack)[0],
        earlier=layers_of(claim.id),
    )
    row = AngelRecovery(
        id=recovery_id,
        city_code=claim.city_code,
        claim_id=claim.id,
        investor_id=claim.investor_id,
        reference=given.reference,
        recovered_on=given.recovered_on,
        recovered_fen=given.recovered_fen,
        costs_fen=given.costs_fen,
        layers_fen=split.layers_fen,
        returned_fen=split.returned_fen,
        determination_id=split.determination_id,
        status=AngelRecoveryStatus.REPORTED,
        filed_by=caller.acting_for,
        filed_at=at,
    )
    session.add(row)
    await session.flush()
    return row


async def withdraw_recovery(session: AsyncSession, *, recovery_id: UUID, reason: str, caller: Caller) -> AngelRecovery:
    """A wrong report is taken back while nothing of it has arrived, the last of a claim first.

    Raises NotFound, LaterRecoveryStands, IllegalMove.
    """
    row, _ = await _locked(session, recovery_id, caller)
    must_act_on(caller, row, row.investor_id)
    row.status = status_after(Fact.WITHDRAWN, row.status, MOVES)
    if await stands_later(session, row):
        raise LaterRecoveryStands
    row.withdrawn_by, row.withdrawn_because = caller.acting_for, reason
    await session.flush()
    return row


async def _locked(session: AsyncSession, recovery_id: UUID, caller: Caller) -> tuple[AngelRecovery, AngelClaim]:
    """The claim first, as reporting and paying lock it: no other is split, and its payment does not come back."""
    row = await get_recovery(session, recovery_id, caller)
    claim = await get_claim(session, row.claim_id, caller, lock=True)
    return await get_recovery(session, recovery_id, caller, lock=True), claim


async def receive_recovery(
    session: AsyncSession, *, recovery_id: UUID, received_on: date, caller: Caller, at: datetime
) -> AngelRecovery:
    """The fund's share has arrived: it is posted, and can be used again. Raises ClaimNotPaid, DateTooEarly, Refusal."""
    row, claim = await _locked(session, recovery_id, caller)
    if received_on > on_date(at):
        raise DateInFuture
    row.status = status_after(Fact.RECEIVED, row.status, MOVES)
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.filed_by, decided_by=None))
    row.received_on, row.received_by, row.entry_id = received_on, caller.acting_for, new_id()
    if claim.paid_on is None:  # the payment was returned after the recovery was told
        raise ClaimNotPaid
    if received_on < max(row.recovered_on, claim.paid_on):
        raise DateTooEarly
    fact = AngelRecoveryShared(
        case_id=claim.case_id,
        recovery_id=row.id,
        claim_id=claim.id,
        investor_id=claim.investor_id,
        amount_fen=row.recovered_fen,
        returned_fen=row.returned_fen,
    )
    await record(session, fact, city_code=row.city_code, subject=claim.id)
    await session.flush()
    if row.returned_fen:
        await _post(session, row, claim, caller)
    return row


async def _post(session: AsyncSession, row: AngelRecovery, claim: AngelClaim, caller: Caller) -> None:
    assert row.received_on is not None and row.entry_id is not None  # noqa: PT018, S101 - set by the only caller
    entry = recovery_returned(
        await paying_line(session, claim),
        row.returned_fen,
        recovery_id=row.id,
        determination_id=row.determination_id,
        case_id=claim.case_id,
        on=row.received_on,
        fact=Posted.ANGEL_RETURNED,
    )
    key = f"{Posted.ANGEL_RETURNED}:{row.id}"
    await post_entry(session, entry, city_code=row.city_code, key=key, entry_id=row.entry_id, actor=caller.acting_for)
