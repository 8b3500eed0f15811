"""Vouchers of a city that are still good, and redemptions on their way to funds."""

from dataclasses import asdict

from sqlalchemy import BigInteger, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.overview import StandingReply, VouchersOverview
from kernel.standing import standing_of
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.states import Status
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.states import Status as RedemptionStatus


async def overview_of(session: AsyncSession, city_code: str) -> VouchersOverview:
    """Two sums."""
    good = select(func.count(), func.coalesce(func.sum(Voucher.remaining_fen, type_=BigInteger), 0)).where(
        Voucher.city_code == city_code, Voucher.status == Status.ISSUED
    )
    moving = select(func.count(), func.coalesce(func.sum(Redemption.amount_fen, type_=BigInteger), 0)).where(
        Redemption.city_code == city_code, Redemption.status != RedemptionStatus.SETTLED
    )
    outstanding, outstanding_fen = (await session.execute(good)).one()
    in_transit, in_transit_fen = (await session.execute(moving)).one()
    return VouchersOverview(
        outstanding=outstanding,
        outstanding_fen=outstanding_fen,
        in_transit=in_transit,
        in_transit_fen=in_transit_fen,
        standing=StandingReply(**asdict(await standing_of(session, city_code))),
    )
