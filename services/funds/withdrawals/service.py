"""Taking budget back: one finance officer proposes it by a document, another decides, and it goes the way it came."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.problems import refuse_if
from services.funds.approvals.rules import second_person_findings
from services.funds.approvals.service import approve
from services.funds.chart import Line
from services.funds.journal import post_entry
from services.funds.periods.states import MOVES, Fact, Status
from services.funds.programmes.queries import lock_fund
from services.funds.withdrawals import postings
from services.funds.withdrawals.models import BudgetWithdrawal
from services.funds.withdrawals.queries import get_withdrawal, unused_fen
from services.funds.withdrawals.rules import withdrawal_findings
from services.funds.withdrawals.states import Stage

KIND = "budget_withdrawal"
POSTINGS = {Stage.ALLOTTED: postings.allotment_withdrawn, Stage.APPROPRIATED: postings.appropriation_withdrawn}


async def propose_withdrawal(
    session: AsyncSession,
    *,
    line: Line,
    stage: Stage,
    amount_fen: int,
    document: str,
    reason: str,
    caller: Caller,
    at: datetime,
) -> BudgetWithdrawal:
    """Nothing is booked yet. Raises NotFound for a line without a budget, Refusal above what is unused."""
    left = await unused_fen(session, caller.city, line, stage)
    refuse_if(withdrawal_findings(amount_fen=amount_fen, left_fen=left))
    row = BudgetWithdrawal(
        id=new_id(),
        city_code=caller.city,
        fund=line.fund,
        policy_year=line.policy_year,
        payer_level=line.payer_level,
        stage=stage,
        amount_fen=amount_fen,
        document=document,
        reason=reason,
        status=Status.PROPOSED,
        proposed_by=caller.acting_for,
        proposed_at=at,
    )
    session.add(row)
    await session.flush()
    return row


async def decide_withdrawal(
    session: AsyncSession, *, withdrawal_id: UUID, is_approved: bool, caller: Caller, at: datetime
) -> BudgetWithdrawal:
    """Another person approves, and it is booked, or declines. Raises NotFound, IllegalMove, Refusal."""
    row = await get_withdrawal(session, withdrawal_id, caller.city)
    status = status_after(Fact.APPROVED if is_approved else Fact.DECLINED, row.status, MOVES)
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.proposed_by, decided_by=None))
    row.status, row.decided_by, row.decided_at = status, caller.acting_for, at
    row.entry_id = new_id() if is_approved else None
    await session.flush()
    if row.entry_id is not None:
        await _book(session, row, row.entry_id, caller, at)
    return row


async def _book(session: AsyncSession, row: BudgetWithdrawal, entry_id: UUID, caller: Caller, at: datetime) -> None:
    line = Line(row.fund, row.policy_year, row.payer_level)  # type: ignore[arg-type]  # a CHECKed text
    # What is taken back of an envelope can be granted anew: one after another.
    await lock_fund(session, row.city_code, row.fund)
    left = await unused_fen(session, row.city_code, line, row.stage)
    refuse_if(withdrawal_findings(amount_fen=row.amount_fen, left_fen=left))
    approval = await approve(
        session,
        city_code=row.city_code,
        subject_kind=KIND,
        subject_id=row.id,
        case_id=None,
        step="approval",
        approver=caller.acting_for,
        prepared_by=row.proposed_by,
        decided_by=None,
        at=at,
    )
    entry = POSTINGS[row.stage](line, row.amount_fen, withdrawal_id=row.id, approvals=[approval.id], on=on_date(at))
    key, actor = f"budget.withdrawn:{row.id}", caller.acting_for
    await post_entry(session, entry, city_code=row.city_code, key=key, entry_id=entry_id, actor=actor)
