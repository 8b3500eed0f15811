"""Reads of certificates."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import seen_by
from services.registry.certificates.models import Certificate


async def find_certificate(session: AsyncSession, number: str, *, caller: Caller) -> Certificate:
    """By its number. Raises NotFound."""
    visible = select(Carrier.id).where(seen_by(caller))
    statement = select(Certificate).where(
        Certificate.city_code == caller.city, Certificate.number == number, Certificate.carrier_id.in_(visible)
    )
    row: Certificate | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def certificates_of(session: AsyncSession, carrier_id: UUID) -> list[Certificate]:
    """Every certificate of a carrier, oldest first."""
    statement = select(Certificate).where(Certificate.carrier_id == carrier_id).order_by(Certificate.number)
    return list(await session.scalars(statement))
