"""Reading what banks reported."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.problems import NotFound
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.arrears.models import ArrearsLine, ArrearsReport
from services.funds.loan_pool.arrears.rules import KnownLoan
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.states import FALLEN
from services.funds.loan_pool.lending.models import Loan
from services.funds.loan_pool.lending.states import OVER
from services.funds.loan_pool.lending.states import Status as LoanStatus


async def own_loans(session: AsyncSession, city_code: str, bank_id: UUID, *, as_of: date) -> dict[str, Loan]:
    """The bank's loans registered by a day, by its own reference."""
    wanted = select(Loan).where(Loan.city_code == city_code, Loan.bank_id == bank_id, Loan.registered_on <= as_of)
    return {loan.bank_reference: loan for loan in await session.scalars(wanted.order_by(Loan.registered_at, Loan.id))}


async def closed_loans(session: AsyncSession, city_code: str, bank_id: UUID, *, before: str) -> set[UUID]:
    """Loans whose last report before a month said that nothing is outstanding."""
    latest = _last_lines(city_code, bank_id, ArrearsReport.month < before).subquery()
    return set(await session.scalars(select(latest.c.loan_id).where(latest.c.balance_fen == 0)))


async def reported_fen(
    session: AsyncSession, city_code: str, bank_id: UUID, loans: Collection[Loan]
) -> dict[UUID, int]:
    """What a bank last reported as outstanding, by loan; nothing of one that was too young for its reports.

    A report is of every loan that is paid out: what it leaves out it says to be nought.
    """
    mine = (ArrearsReport.city_code == city_code, ArrearsReport.bank_id == bank_id)
    until = await session.scalar(select(func.max(ArrearsReport.as_of)).where(*mine))
    if until is None:
        return {}
    left_out = {loan.id: 0 for loan in loans if max(loan.lent_on, loan.registered_on) <= until}
    rows = await session.execute(
        _last_lines(city_code, bank_id, among(ArrearsLine.loan_id, {loan.id for loan in loans}))
    )
    return left_out | {row.loan_id: row.balance_fen for row in rows}


def _last_lines(city_code: str, bank_id: UUID, *of: ColumnElement[bool]) -> Select[UUID, int]:
    wanted = select(ArrearsLine.loan_id, ArrearsLine.balance_fen)
    wanted = wanted.join(ArrearsReport, ArrearsReport.id == ArrearsLine.report_id)
    wanted = wanted.where(ArrearsReport.city_code == city_code, ArrearsReport.bank_id == bank_id, *of)
    return wanted.ext(distinct_on(ArrearsLine.loan_id)).order_by(
        ArrearsLine.loan_id, ArrearsReport.month.desc(), ArrearsReport.revision.desc()
    )


UNPAID = frozenset({LoanStatus.REGISTERED, LoanStatus.WITHDRAWN})


def known(loan: Loan, closed: set[UUID], *, as_of: date) -> KnownLoan:
    """What a report is held against."""
    over = loan.id in closed or (loan.repaid_on is not None and loan.repaid_on <= as_of)
    return KnownLoan(loan.lent_fen, loan.lent_on, loan.falls_due_on, closed=over or loan.status in UNPAID)


async def latest_revision(session: AsyncSession, city_code: str, bank_id: UUID, month: str) -> int:
    """The number of a month's last revision; 0 before the first."""
    mine = (ArrearsReport.city_code == city_code, ArrearsReport.bank_id == bank_id, ArrearsReport.month == month)
    return int(await session.scalar(select(func.max(ArrearsReport.revision)).where(*mine)) or 0)


def latest_reports(city_code: str, bank_id: UUID | None) -> Select[UUID, UUID]:
    """The id and bank of each bank's newest month in its newest revision; of one bank, or all."""
    wanted = select(ArrearsReport.id, ArrearsReport.bank_id).where(ArrearsReport.city_code == city_code)
    if bank_id is not None:
        wanted = wanted.where(ArrearsReport.bank_id == bank_id)
    return wanted.ext(distinct_on(ArrearsReport.bank_id)).order_by(
        ArrearsReport.bank_id, ArrearsReport.month.desc(), ArrearsReport.revision.desc()
    )


async def reported_months(session: AsyncSession, city_code: str, bank_ids: Collection[UUID]) -> dict[UUID, str]:
    """The newest month each bank has reported; nothing of one that never did."""
    wanted = select(ArrearsReport.bank_id, func.max(ArrearsReport.month)).group_by(ArrearsReport.bank_id)
    mine = (ArrearsReport.city_code == city_code, among(ArrearsReport.bank_id, bank_ids))
    return {row[0]: row[1] for row in await session.execute(wanted.where(*mine))}


@dataclass(frozen=True, slots=True)
class Arrear:
    """An overdue loan in a bank's newest report; `may_cost`: it can still be claimed for, as far as its life says."""

    balance_fen: int
    days_overdue: int
    may_cost: bool


async def arrears_now(session: AsyncSession, city_code: str, bank_id: UUID | None) -> list[Arrear]:
    """Every overdue loan of one bank, or of all, by the newest reports."""
    newest = latest_reports(city_code, bank_id).subquery()
    claimed = exists().where(LossClaim.loan_id == Loan.id, LossClaim.status.not_in(FALLEN))
    # What was repaid since the report, or only paid off another loan, is no loss of the pool.
    may_cost = and_(Loan.status.not_in(OVER), ~Loan.refinances, ~claimed)
    wanted = select(ArrearsLine.balance_fen, ArrearsLine.days_overdue, may_cost)
    wanted = wanted.join(newest, newest.c.id == ArrearsLine.report_id).join(Loan, Loan.id == ArrearsLine.loan_id)
    rows = await session.execute(wanted.where(ArrearsLine.days_overdue > 0))
    return [Arrear(*row) for row in rows]


async def outstanding_fen(session: AsyncSession, city_code: str, bank_id: UUID | None) -> int:
    """Balances by the newest reports; of a bank that has not reported yet, what it registered."""
    newest = latest_reports(city_code, bank_id).subquery()
    reported = select(func.coalesce(func.sum(ArrearsReport.balance_fen), 0)).join(
        newest, newest.c.id == ArrearsReport.id
    )
    lent = func.sum(func.coalesce(Loan.paid_out_fen, Loan.principal_fen))
    others = select(func.coalesce(lent, 0)).where(
        Loan.city_code == city_code,
        Loan.bank_id.not_in(select(newest.c.bank_id)),
        Loan.status == LoanStatus.DISBURSED,
    )
    if bank_id is not None:
        others = others.where(Loan.bank_id == bank_id)
    return int(await session.scalar(reported) or 0) + int(await session.scalar(others) or 0)


def reports_of(city_code: str, *, bank_id: UUID | None, month: str | None) -> Select[ArrearsReport]:
    """Reports with all their revisions, to be paged."""
    wanted = select(ArrearsReport).where(ArrearsReport.city_code == city_code)
    if bank_id is not None:
        wanted = wanted.where(ArrearsReport.bank_id == bank_id)
    return wanted.where(ArrearsReport.month == month) if month is not None else wanted


async def get_report(session: AsyncSession, report_id: UUID, caller: Caller) -> ArrearsReport:
    """A report the caller may see. Raises NotFound."""
    report = await session.get(ArrearsReport, report_id)
    if report is None:
        raise NotFound
    must_see(caller, city_code=report.city_code, bank_id=report.bank_id)
    return report


async def lines_of(session: AsyncSession, report_id: UUID) -> Sequence[ArrearsLine]:
    """A report's lines by the bank's reference."""
    wanted = select(ArrearsLine).where(ArrearsLine.report_id == report_id).order_by(ArrearsLine.bank_reference)
    return (await session.scalars(wanted)).all()
