"""Taking a bank's month: whole, true, once per revision; and seeing what it means for new loans (XZ-33)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.problems import Conflict, Invalid, refuse_if
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.funds.loan_pool.access import own_bank
from services.funds.loan_pool.arrears.models import ArrearsLine, ArrearsReport
from services.funds.loan_pool.arrears.queries import closed_loans, known, latest_revision, own_loans
from services.funds.loan_pool.arrears.rules import ReportedLine, arrears_findings, last_day
from services.funds.loan_pool.arrears.schemas import ArrearsIn
from services.funds.loan_pool.guard.service import Verdict, judge_all
from services.funds.loan_pool.lending.models import Loan
from services.funds.loan_pool.lending.queries import admitted_bank
from services.funds.loan_pool.policy import pool_programme


class MonthNotOver(Conflict):
    code, title_zh, title_en = "month_not_over", "该月尚未结束", "The month is not over"


class RevisionWithoutReason(Invalid):
    """The month was reported before; what stands is kept beside the revision."""

    code, title_zh, title_en = "revision_without_reason", "该月已报送,更正须说明原因", "A revision needs its reason"


async def report_arrears(
    session: AsyncSession, *, given: ArrearsIn, caller: Caller, at: datetime
) -> tuple[ArrearsReport, list[Verdict]]:
    """Keep the month, judge bank and pool. Raises MonthNotOver, RevisionWithoutReason, Refusal with all reasons."""
    city_code, bank_id, as_of = caller.city, own_bank(caller), last_day(given.month)
    await admitted_bank(session, city_code, bank_id, lock=True)
    if as_of >= on_date(at):
        raise MonthNotOver
    revision = await latest_revision(session, city_code, bank_id, given.month) + 1
    if revision > 1 and given.reason is None:
        raise RevisionWithoutReason
    loans = await own_loans(session, city_code, bank_id, as_of=as_of)
    closed = await closed_loans(session, city_code, bank_id, before=given.month)
    lines = [ReportedLine(line.loan_reference, line.balance_fen, line.days_overdue) for line in given.lines]
    clauses = pool_programme((await policy_for(session, city_code, Acceptance(as_of, at))).pack).clauses
    held = {reference: known(loan, closed, as_of=as_of) for reference, loan in loans.items()}
    refuse_if(arrears_findings(lines, held, as_of=as_of, clauses=clauses))
    report = _report(given, lines, caller, bank_id, revision, at)
    await _keep(session, report, lines, loans)
    return report, await judge_all(session, city_code=city_code, bank_id=bank_id, at=at)


def _report(
    given: ArrearsIn, lines: list[ReportedLine], caller: Caller, bank_id: UUID, revision: int, at: datetime
) -> ArrearsReport:
    return ArrearsReport(
        id=new_id(),
        city_code=caller.city,
        bank_id=bank_id,
        month=given.month,
        revision=revision,
        reason=given.reason if revision > 1 else None,
        as_of=last_day(given.month),
        loans=len(lines),
        balance_fen=sum(line.balance_fen for line in lines),
        overdue_fen=sum(line.balance_fen for line in lines if line.days_overdue),
        reported_by=caller.acting_for,
        reported_at=at,
    )


async def _keep(
    session: AsyncSession, report: ArrearsReport, lines: list[ReportedLine], loans: Mapping[str, Loan]
) -> None:
    session.add(report)
    await session.flush()
    session.add_all(
        ArrearsLine(
            report_id=report.id,
            loan_id=loans[line.loan_reference].id,
            bank_reference=line.loan_reference,
            balance_fen=line.balance_fen,
            days_overdue=line.days_overdue,
        )
        for line in lines
    )
    await session.flush()
