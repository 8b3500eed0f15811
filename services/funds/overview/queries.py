"""Where a city's money and its loan pool stand, all budget lines together."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import BigInteger, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.overview import FundsOverview, StandingReply
from kernel.standing import standing_of
from ledger.tables import account
from policy.schema import Pack
from policy.store import policy_today
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.states import Status as ClaimStatus
from services.funds.loan_pool.lending.models import Loan
from services.funds.loan_pool.lending.queries import under_cover
from services.funds.payments.models import PaymentOrder
from services.funds.payments.states import Status as OrderStatus

UNDECIDED = (ClaimStatus.LODGED, ClaimStatus.REVIEWED, ClaimStatus.APPEALED)
# As `programmes.queries.positions` reads them: tranches of vouchers are encumbrances on accounts of their own.
STAGES = {name: account.c.code.endswith(f"/{name}") for name in ("authority", "appropriated", "allotted", "spent")} | {
    "encumbered": account.c.kind == "encumbered"
}


async def overview_of(session: AsyncSession, city_code: str) -> FundsOverview:
    """One sum over the accounts by fund, and one statement of sums over orders, loans and claims."""
    by_fund = {row["programme"]: row for row in (await session.execute(_stages(city_code))).mappings()}
    pool = _pool_fund((await policy_today(session, city_code)).pack)
    granted = _together(by_fund, "authority")
    counted = (await session.execute(_counted(city_code))).mappings().one()
    return FundsOverview(
        appropriated_fen=granted,
        allotted_fen=granted - _together(by_fund, "appropriated"),
        encumbered_fen=_together(by_fund, "encumbered"),
        spent_fen=_together(by_fund, "spent"),
        reserve_fen=by_fund.get(pool, {}).get("allotted", 0) if pool else None,
        standing=StandingReply(**asdict(await standing_of(session, city_code))),
        **counted,
    )


def _stages(city_code: str) -> Select[Any]:
    sums = [
        func.coalesce(func.sum(account.c.posted_fen, type_=BigInteger).filter(stands), 0).label(name)
        for name, stands in STAGES.items()
    ]
    wanted = select(account.c.programme, *sums).where(account.c.city_code == city_code)
    return wanted.where(account.c.programme.is_not(None)).group_by(account.c.programme)


def _together(by_fund: Mapping[str, Mapping[Any, Any]], stage: str) -> int:
    return sum(stages[stage] for stages in by_fund.values())


def _pool_fund(pack: Pack) -> str | None:
    return next((programme.paid_from for programme in pack.of_kind("layered_loss_share")), None)


def _counted(city_code: str) -> Select[Any]:
    lent = func.coalesce(Loan.paid_out_fen, Loan.principal_fen)
    settled = (PaymentOrder.city_code == city_code, PaymentOrder.status == OrderStatus.SETTLED)
    covered = under_cover(city_code)
    claims = LossClaim.city_code == city_code
    undecided = (claims, LossClaim.status.in_(UNDECIDED))
    parts = {
        "paid_fen": select(_sum(PaymentOrder.amount_fen - PaymentOrder.offset_fen)).where(*settled),
        "loans": select(func.count(Loan.id)).where(*covered),
        "loans_fen": select(_sum(lent)).where(*covered),
        "claims_open": select(func.count(LossClaim.id)).where(*undecided),
        "claims_open_fen": select(_sum(LossClaim.asked_fen)).where(*undecided),
        "claims_paid_fen": select(_sum(LossClaim.paid_fen)).where(claims),
    }
    return select(*(part.scalar_subquery().label(name) for name, part in parts.items()))


def _sum(amount: Any) -> Any:
    return func.coalesce(func.sum(amount, type_=BigInteger), 0)
