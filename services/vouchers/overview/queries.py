"""Vouchers of a city that are still good, redemptions on their way, and whether the sub-ledger says the same."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import BigInteger, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.overview import BrokenCheck, StandingReply, VouchersOverview
from kernel.standing import standing_of
from ledger.tables import account
from services.vouchers.issuance.models import Voucher
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.states import Status as RedemptionStatus

BOOKED = {
    "issued": (
        "已发放创新券余额与子账不一致",
        "What vouchers are worth is not what the sub-ledger says",
    ),
    "in_transit": ("在途兑付与子账不一致", "Redemptions in transit are not what the sub-ledger says"),
}


async def overview_of(session: AsyncSession, city_code: str) -> VouchersOverview:
    """One statement, so that rows and accounts are read at one moment."""
    found = (await session.execute(_counted(city_code))).one()
    standing = asdict(await standing_of(session, city_code))
    return VouchersOverview(
        outstanding=found.outstanding,
        outstanding_fen=found.outstanding_fen,
        in_transit=found.in_transit,
        in_transit_fen=found.in_transit_fen,
        standing=StandingReply(**standing, broken=_broken(found)),
    )


def _counted(city_code: str) -> Select[Any]:
    good = (Voucher.city_code == city_code, Voucher.remaining_fen > 0)  # issued or frozen
    moving = (Redemption.city_code == city_code, Redemption.status != RedemptionStatus.SETTLED)
    parts = {
        "outstanding": select(func.count(Voucher.id)).where(*good),
        "outstanding_fen": select(_sum(Voucher.remaining_fen)).where(*good),
        "in_transit": select(func.count(Redemption.id)).where(*moving),
        "in_transit_fen": select(_sum(Redemption.amount_fen)).where(*moving),
    } | {
        f"{name}_booked_fen": select(_sum(account.c.posted_fen)).where(
            account.c.city_code == city_code, account.c.code.endswith(f"/{name}", autoescape=True)
        )
        for name in BOOKED
    }
    return select(*(part.scalar_subquery().label(name) for name, part in parts.items()))


def _broken(found: Row[Any]) -> tuple[BrokenCheck, ...]:
    agrees = {
        "issued": found.outstanding_fen == found.issued_booked_fen,
        "in_transit": found.in_transit_fen == found.in_transit_booked_fen,
    }
    return tuple(
        BrokenCheck(check=f"{name}_differs", zh=BOOKED[name][0], en=BOOKED[name][1], breaks=1)
        for name, is_so in agrees.items()
        if not is_so
    )


def _sum(amount: Any) -> Any:
    return func.coalesce(func.sum(amount, type_=BigInteger), 0)
