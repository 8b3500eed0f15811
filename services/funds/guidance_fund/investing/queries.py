"""Reading investments, exits, fees and what a sub-fund has."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from ledger.reading import balances
from services.funds.guidance_fund.investing.models import SubFundExit, SubFundFee, SubFundInvestment
from services.funds.guidance_fund.sub_funds.models import SubFund
from services.funds.guidance_fund.sub_funds.queries import get_sub_fund, vehicle_of


async def cash_fen(session: AsyncSession, row: SubFund) -> int:
    """What is on the sub-fund's account, by the books."""
    code = vehicle_of(row).record("cash")
    return (await balances(session, [code], city_code=row.city_code))[code].balance_fen


def investments_of(sub_fund_id: UUID) -> Select[SubFundInvestment]:
    """Investments of a sub-fund, to be paged."""
    return select(SubFundInvestment).where(SubFundInvestment.sub_fund_id == sub_fund_id)


async def get_investment(
    session: AsyncSession, investment_id: UUID, caller: Caller, *, lock: bool = False
) -> tuple[SubFundInvestment, SubFund]:
    """An investment the caller may see, with its sub-fund, which is the lock. Raises NotFound."""
    found = await session.get(SubFundInvestment, investment_id)
    if found is None:
        raise NotFound
    row = await get_sub_fund(session, found.sub_fund_id, caller, lock=lock)
    if lock:
        await session.refresh(found)
    return found, row


def exits_of(investment_id: UUID) -> Select[SubFundExit]:
    """Exits of an investment, to be paged."""
    return select(SubFundExit).where(SubFundExit.investment_id == investment_id)


async def next_investment(session: AsyncSession, sub_fund_id: UUID) -> int:
    """The number of the next investment, under the sub-fund's lock."""
    wanted = select(func.max(SubFundInvestment.number)).where(SubFundInvestment.sub_fund_id == sub_fund_id)
    return int(await session.scalar(wanted) or 0) + 1


async def fees_fen(session: AsyncSession, sub_fund_id: UUID, year: int) -> int:
    """Fees of a year so far."""
    wanted = select(func.sum(SubFundFee.amount_fen)).where(
        SubFundFee.sub_fund_id == sub_fund_id, SubFundFee.year == year
    )
    return int(await session.scalar(wanted) or 0)


async def local_fen(session: AsyncSession, sub_fund_id: UUID) -> int:
    """What was ever invested in firms of the city."""
    wanted = select(func.sum(SubFundInvestment.amount_fen)).where(
        SubFundInvestment.sub_fund_id == sub_fund_id, SubFundInvestment.is_local
    )
    return int(await session.scalar(wanted) or 0)
