"""Reading sub-funds, commitments and drawdowns."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.chart import Line
from services.funds.guidance_fund.access import must_see
from services.funds.guidance_fund.chart import Vehicle
from services.funds.guidance_fund.postings import Lineage
from services.funds.guidance_fund.sub_funds.models import Commitment, Drawdown, DrawdownShare, SubFund
from services.funds.guidance_fund.sub_funds.states import DrawdownStatus, ShareStatus, Status


async def get_sub_fund(session: AsyncSession, sub_fund_id: UUID, caller: Caller, *, lock: bool = False) -> SubFund:
    """A sub-fund the caller may see. Raises NotFound."""
    row = await session.get(SubFund, sub_fund_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound
    must_see(caller, city_code=row.city_code, manager_id=row.manager_id)
    return row


def sub_funds_of(city_code: str, *, manager_id: UUID | None, status: Status | None) -> Select[SubFund]:
    """Sub-funds of a city, of one manager or all, to be paged."""
    asked = {SubFund.manager_id: manager_id, SubFund.status: status}
    wanted = select(SubFund).where(SubFund.city_code == city_code)
    return wanted.where(*asked_for(asked))


def vehicle_of(row: SubFund) -> Vehicle:
    """The accounts of a sub-fund."""
    return Vehicle(Line(row.fund, row.policy_year), row.id, row.name)


def cites(row: SubFund, reference: UUID | None = None, approvals: Sequence[UUID] = ()) -> Lineage:
    """What an entry about a sub-fund, or about something in it, leads back to."""
    return Lineage(reference or row.id, row.determination_id, tuple(approvals))


async def commitments_of(session: AsyncSession, sub_fund_id: UUID) -> list[Commitment]:
    """Everybody's commitment, the city's first."""
    wanted = select(Commitment).where(Commitment.sub_fund_id == sub_fund_id).order_by(Commitment.number)
    return list(await session.scalars(wanted))


def drawdowns_of(sub_fund_id: UUID) -> Select[Drawdown]:
    """Drawdowns of a sub-fund, to be paged."""
    return select(Drawdown).where(Drawdown.sub_fund_id == sub_fund_id)


async def get_drawdown(
    session: AsyncSession, drawdown_id: UUID, caller: Caller, *, lock: bool = False
) -> tuple[Drawdown, SubFund]:
    """A drawdown the caller may see, with its sub-fund, which is the lock. Raises NotFound."""
    found = await session.get(Drawdown, drawdown_id)
    if found is None:
        raise NotFound
    sub_fund = await get_sub_fund(session, found.sub_fund_id, caller, lock=lock)
    if lock:
        await session.refresh(found)
    return found, sub_fund


async def asked_fen(session: AsyncSession, sub_fund_id: UUID) -> int:
    """What was asked for and is not called yet."""
    wanted = select(func.sum(Drawdown.amount_fen)).where(
        Drawdown.sub_fund_id == sub_fund_id, Drawdown.status == DrawdownStatus.ASKED
    )
    return int(await session.scalar(wanted) or 0)


async def is_calling(session: AsyncSession, sub_fund_id: UUID) -> bool:
    """Whether a drawdown is under way."""
    wanted = select(Drawdown.id).where(
        Drawdown.sub_fund_id == sub_fund_id, Drawdown.status.in_((DrawdownStatus.ASKED, DrawdownStatus.CALLED))
    )
    return await session.scalar(wanted.limit(1)) is not None


async def shares_of(session: AsyncSession, drawdown_ids: Collection[UUID]) -> dict[UUID, list[DrawdownShare]]:
    """The shares of drawdowns, by drawdown, in the order of the investors."""
    wanted = select(DrawdownShare).where(DrawdownShare.drawdown_id.in_(drawdown_ids)).order_by(DrawdownShare.number)
    found: dict[UUID, list[DrawdownShare]] = {drawdown_id: [] for drawdown_id in drawdown_ids}
    for share in await session.scalars(wanted):
        found[share.drawdown_id].append(share)
    return found


async def shares_received(session: AsyncSession, share_ids: Collection[UUID]) -> set[UUID]:
    """Of these shares, those that are on the sub-fund's account already."""
    wanted = select(DrawdownShare.id).where(
        among(DrawdownShare.id, share_ids), DrawdownShare.status == ShareStatus.RECEIVED
    )
    return set(await session.scalars(wanted))


async def funds_of_shares(session: AsyncSession, share_ids: Collection[UUID]) -> set[UUID]:
    """The sub-funds that shares are paid into."""
    wanted = select(Drawdown.sub_fund_id).join(DrawdownShare, DrawdownShare.drawdown_id == Drawdown.id)
    return set(await session.scalars(wanted.where(among(DrawdownShare.id, share_ids)).distinct()))


async def first_paid(session: AsyncSession, sub_fund_ids: Collection[UUID]) -> dict[UUID, date | None]:
    """Of each sub-fund the first day on which the bank paid a share of the city that it did not bring back."""
    day = func.min(DrawdownShare.settled_on)
    wanted = select(Drawdown.sub_fund_id, day).join(Drawdown, Drawdown.id == DrawdownShare.drawdown_id)
    of_these = wanted.where(among(Drawdown.sub_fund_id, sub_fund_ids))
    found = await session.execute(of_these.group_by(Drawdown.sub_fund_id))
    return {row[0]: row[1] for row in found}
