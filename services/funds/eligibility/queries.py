"""Reads of what an organisation was granted and paid."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import AwardFact, PaidFact
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.states import COMMITTED
from services.funds.payments.models import PaymentOrder
from services.funds.payments.states import Status as OrderStatus


async def awards_of(session: AsyncSession, organisation_id: UUID, *, city_code: str) -> list[AwardFact]:
    """Once-only awards of its carriers that were approved or paid: what counts as awarded before (XZ-23)."""
    found = await session.scalars(
        select(Entitlement)
        .where(
            Entitlement.city_code == city_code,
            Entitlement.organisation_id == organisation_id,
            Entitlement.status.in_(COMMITTED),
            Entitlement.recognition_id.is_not(None),
        )
        .order_by(Entitlement.id)
    )
    return [
        AwardFact(programme=row.programme, carrier_id=row.carrier_id, level=row.level or "", amount_fen=row.amount_fen)
        for row in found
    ]


async def paid_to(session: AsyncSession, organisation_id: UUID, *, city_code: str) -> list[PaidFact]:
    """Sums by programme and policy year. An order counts from its approval on: it is money that is spoken for."""
    by = (PaymentOrder.programme, PaymentOrder.policy_year)
    found = await session.execute(
        select(*by, func.sum(PaymentOrder.amount_fen))
        .where(
            PaymentOrder.city_code == city_code,
            PaymentOrder.payee_id == organisation_id,
            PaymentOrder.status != OrderStatus.CANCELLED,
        )
        .group_by(*by)
        .order_by(*by)
    )
    return [PaidFact(programme=programme, policy_year=year, amount_fen=int(fen)) for programme, year, fen in found]
