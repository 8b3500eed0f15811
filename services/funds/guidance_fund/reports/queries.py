"""Reading reports, and a sub-fund in figures."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import ratio_bp, share_of
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.guidance_fund.investing.models import SubFundExit, SubFundFee, SubFundInvestment
from services.funds.guidance_fund.investing.queries import cash_fen, local_fen
from services.funds.guidance_fund.reports.models import SubFundReport
from services.funds.guidance_fund.reports.schemas import StatementOut
from services.funds.guidance_fund.reports.states import Status
from services.funds.guidance_fund.returns.models import SubFundReturn
from services.funds.guidance_fund.returns.states import Kind as ReturnKind
from services.funds.guidance_fund.sub_funds.models import SubFund
from services.funds.guidance_fund.sub_funds.queries import commitments_of


def reports_of(
    city_code: str, *, manager_id: UUID | None, sub_fund_id: UUID | None, status: Status | None
) -> Select[SubFundReport]:
    """Reports of a city, of one manager's sub-funds or all, to be paged."""
    wanted = select(SubFundReport).where(SubFundReport.city_code == city_code)
    if manager_id is not None:
        own = select(SubFund.id).where(SubFund.city_code == city_code, SubFund.manager_id == manager_id)
        wanted = wanted.where(SubFundReport.sub_fund_id.in_(own))
    asked = {SubFundReport.sub_fund_id: sub_fund_id, SubFundReport.status: status}
    return wanted.where(*asked_for(asked))


async def report_on(session: AsyncSession, sub_fund_id: UUID, period: str) -> SubFundReport:
    """The report of a period, to be handed in. Raises NotFound before the period is over."""
    wanted = select(SubFundReport).where(SubFundReport.sub_fund_id == sub_fund_id, SubFundReport.period == period)
    found = await session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound
    return found


async def investments_held(session: AsyncSession, sub_fund_id: UUID) -> list[SubFundInvestment]:
    """Every investment of a sub-fund."""
    return list(await session.scalars(select(SubFundInvestment).where(SubFundInvestment.sub_fund_id == sub_fund_id)))


async def statement_of(session: AsyncSession, row: SubFund, *, on: date) -> StatementOut:
    """The sub-fund in figures, as it stands now."""
    investors, deals = await commitments_of(session, row.id), await investments_held(session, row.id)
    city = investors[0]
    paid, cash = sum(one.paid_fen for one in investors), await cash_fen(session, row)
    value, distributed = sum(one.value_fen for one in deals), await _distributed(session, row.id)
    ids = [deal.id for deal in deals]
    return StatementOut(
        sub_fund_id=row.id,
        as_of=on,
        committed_fen=sum(one.amount_fen for one in investors),
        called_fen=sum(one.called_fen for one in investors),
        paid_in_fen=paid,
        invested_fen=sum(one.amount_fen for one in deals),
        held_at_cost_fen=sum(one.held_fen for one in deals),
        fair_value_fen=value,
        valued_on=max((one.valued_on for one in deals), default=None),
        fees_fen=await _sum(session, select(func.sum(SubFundFee.amount_fen)).where(SubFundFee.sub_fund_id == row.id)),
        cash_fen=cash,
        exit_proceeds_fen=await _sum(
            session, select(func.sum(SubFundExit.proceeds_fen)).where(SubFundExit.investment_id.in_(ids))
        ),
        distributed_fen=distributed,
        nav_fen=cash + value,
        dpi_bp=ratio_bp(distributed, paid),
        rvpi_bp=ratio_bp(cash + value, paid),
        tvpi_bp=ratio_bp(distributed + cash + value, paid),
        local_investment_fen=await local_fen(session, row.id),
        local_investment_due_fen=share_of(city.paid_fen, row.terms["reinvestment_bp"] or 0),
        public_committed_fen=city.amount_fen,
        public_paid_fen=city.paid_fen,
        public_returned_fen=city.returned_fen,
        public_gained_fen=city.gained_fen,
    )


async def _distributed(session: AsyncSession, sub_fund_id: UUID) -> int:
    """What the investors got: the manager's carry is none of it."""
    wanted = select(func.sum(SubFundReturn.amount_fen - SubFundReturn.carry_fen)).where(
        SubFundReturn.sub_fund_id == sub_fund_id, SubFundReturn.kind == ReturnKind.DISTRIBUTION
    )
    return await _sum(session, wanted)


async def _sum(session: AsyncSession, wanted: Select[int]) -> int:
    return int(await session.scalar(wanted) or 0)
