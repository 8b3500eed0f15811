"""Reading what came back."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.funds.guidance_fund.investing.models import SubFundInvestment
from services.funds.guidance_fund.returns.models import SubFundReturn
from services.funds.guidance_fund.returns.rules import Flow, hurdle_fen
from services.funds.guidance_fund.returns.states import Kind, Status
from services.funds.guidance_fund.sub_funds.models import Drawdown, DrawdownShare, SubFund
from services.funds.guidance_fund.sub_funds.queries import get_sub_fund


def returns_of(sub_fund_id: UUID) -> Select[SubFundReturn]:
    """Returns of a sub-fund, to be paged."""
    return select(SubFundReturn).where(SubFundReturn.sub_fund_id == sub_fund_id)


async def get_return(session: AsyncSession, return_id: UUID, caller: Caller) -> tuple[SubFundReturn, SubFund]:
    """A return the caller may see, under its sub-fund's lock. Raises NotFound."""
    found = await session.get(SubFundReturn, return_id)
    if found is None:
        raise NotFound
    row = await get_sub_fund(session, found.sub_fund_id, caller, lock=True)
    await session.refresh(found)
    return found, row


async def has_unreceived(session: AsyncSession, sub_fund_id: UUID, *, but: UUID | None = None) -> bool:
    """Whether something was declared that has not arrived; `but` is left out of account."""
    wanted = _declared(sub_fund_id)
    if but is not None:
        wanted = wanted.where(SubFundReturn.id != but)
    return await session.scalar(wanted.limit(1)) is not None


async def is_leaving(session: AsyncSession, sub_fund_id: UUID) -> bool:
    """Whether the sale of the city's stake was declared and its price has not arrived."""
    wanted = _declared(sub_fund_id).where(SubFundReturn.kind == Kind.STAKE_EXIT)
    return await session.scalar(wanted.limit(1)) is not None


async def hurdle_left_fen(session: AsyncSession, row: SubFund, *, on: date) -> int:
    """What investors together have still to gain by that day before the manager shares in gains."""
    share = DrawdownShare
    paid = await session.execute(
        select(share.received_on, share.amount_fen)
        .join(Drawdown, Drawdown.id == share.drawdown_id)
        .where(Drawdown.sub_fund_id == row.id)
    )
    earlier = (await session.scalars(returns_of(row.id).where(SubFundReturn.kind == Kind.DISTRIBUTION))).all()
    returned = [Flow(one.on, sum(part["capital_fen"] for part in one.parts)) for one in earlier]
    gained: int = sum(part["gain_fen"] for one in earlier for part in one.parts)
    flows = [Flow(day, fen) for day, fen in paid if day is not None]
    return max(0, hurdle_fen(flows, returned, yearly_bp=row.terms.get("hurdle_bp") or 0, on=on) - gained)


async def settled_until(session: AsyncSession, row: SubFund) -> date:
    """The last day on which money came in or was distributed: the hurdle is counted on from there, never back."""
    received = (
        select(func.max(DrawdownShare.received_on))
        .join(Drawdown, Drawdown.id == DrawdownShare.drawdown_id)
        .where(Drawdown.sub_fund_id == row.id)
    )
    distributed = select(func.max(SubFundReturn.on)).where(
        SubFundReturn.sub_fund_id == row.id, SubFundReturn.kind == Kind.DISTRIBUTION
    )
    days = [row.established_on, await session.scalar(received), await session.scalar(distributed)]
    return max(day for day in days if day is not None)


def _declared(sub_fund_id: UUID) -> Select[SubFundReturn]:
    return returns_of(sub_fund_id).where(SubFundReturn.status == Status.DECLARED)


async def held_fen(session: AsyncSession, sub_fund_id: UUID) -> int:
    """The cost of what is still held."""
    wanted = select(func.sum(SubFundInvestment.held_fen)).where(SubFundInvestment.sub_fund_id == sub_fund_id)
    return int(await session.scalar(wanted) or 0)
