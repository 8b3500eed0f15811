"""Closing months and opening them again: one finance officer proposes, another decides."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import PeriodChanged
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from ledger import periods as ledger_periods
from services.funds.approvals.rules import second_person_findings
from services.funds.assurance.queries import checks_to_close
from services.funds.journal import BOOK
from services.funds.periods.models import PeriodChange
from services.funds.periods.queries import get_change
from services.funds.periods.rules import unsound_findings
from services.funds.periods.states import MOVES, Change, Fact, Status


class AlreadyProposed(Conflict):
    code, title_zh, title_en = "period_change_proposed", "该账期已有待决定的申请", "A proposal for the period is open"


named_constraint("uq_period_change_proposed", AlreadyProposed)


async def propose_change(
    session: AsyncSession, *, period: str, change: Change, reason: str, caller: Caller, at: datetime
) -> PeriodChange:
    """Ask for it. Raises NotFound for a month the books do not have, AlreadyProposed."""
    known = await ledger_periods.periods(session, city_code=caller.city, book=BOOK)
    if period not in {one.period for one in known}:
        raise NotFound
    row = PeriodChange(
        id=new_id(),
        city_code=caller.city,
        period=period,
        change=change,
        status=Status.PROPOSED,
        reason=reason,
        proposed_by=caller.acting_for,
        proposed_at=at,
    )
    session.add(row)
    await session.flush()
    return row


async def decide_change(
    session: AsyncSession, *, change_id: UUID, approve: bool, opinion: str | None, caller: Caller, at: datetime
) -> PeriodChange:
    """Approve or decline as another person. Raises the refusals of `ledger.periods`, and Refusal on unsound books."""
    row = await get_change(session, change_id, caller.city)
    fact = Fact.APPROVED if approve else Fact.DECLINED
    row.status = status_after(fact, row.status, MOVES)
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.proposed_by, decided_by=None))
    row.decided_by, row.decided_at, row.opinion = caller.acting_for, at, opinion
    if approve:
        await _carry_out(session, row)
    return row


async def _carry_out(session: AsyncSession, row: PeriodChange) -> None:
    if row.change is Change.CLOSE:
        refuse_if(unsound_findings(await checks_to_close(session, row.city_code)))
    told = PeriodChanged(period=row.period, book=BOOK, change=row.change.value)
    await record(session, told, city_code=row.city_code, subject=row.id)
    people = {"proposed_by": row.proposed_by, "approved_by": row.decided_by or ""}
    books = {"city_code": row.city_code, "book": BOOK}
    if row.change is Change.CLOSE:
        await ledger_periods.close_period(session, row.period, **books, **people)
    else:
        await ledger_periods.reopen_period(session, row.period, **books, **people, reason=row.reason)
