"""Reads of certificates."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.carriers.queries import seen_by
from services.registry.certificates.models import Certificate
from services.registry.certificates.rules import city_of, is_well_numbered


async def find_certificate(session: AsyncSession, number: str, *, caller: Caller) -> Certificate:
    """By its number. Raises NotFound."""
    visible = select(Carrier.id).where(seen_by(caller))
    return await _one(session, number, Certificate.city_code == caller.city, Certificate.carrier_id.in_(visible))


async def find_issued(session: AsyncSession, number: str) -> Certificate:
    """For whoever holds the paper: recognised carriers are public. Raises NotFound, for a mistyped number unasked."""
    if not is_well_numbered(number):
        raise NotFound
    return await _one(session, number, Certificate.city_code == city_of(number))


async def level_of(session: AsyncSession, certificate: Certificate) -> CarrierLevel:
    """The level a certificate speaks of."""
    same = CarrierLevel.recognition_id == certificate.recognition_id
    found: CarrierLevel = (await session.scalars(select(CarrierLevel).where(same))).one()
    return found


async def replacement_of(session: AsyncSession, certificate: Certificate) -> str | None:
    """The number of the paper issued in its place."""
    same = (Certificate.city_code == certificate.city_code, Certificate.replaces == certificate.number)
    found: str | None = await session.scalar(select(Certificate.number).where(*same))
    return found


async def certificates_of(session: AsyncSession, carrier_id: UUID) -> list[Certificate]:
    """Every certificate of a carrier, oldest first."""
    return list(await _issued(session, Certificate.carrier_id == carrier_id))


async def newest_certificate(session: AsyncSession, recognition_id: UUID) -> Certificate:
    """The paper of a recognition that none has replaced."""
    return (await _issued(session, Certificate.recognition_id == recognition_id))[-1]


async def _issued(session: AsyncSession, condition: ColumnElement[bool]) -> Sequence[Certificate]:
    order = (Certificate.issued_on, Certificate.recorded_at, Certificate.id)
    return (await session.scalars(select(Certificate).where(condition).order_by(*order))).all()


async def _one(session: AsyncSession, number: str, *conditions: ColumnElement[bool]) -> Certificate:
    row: Certificate | None = await session.scalar(select(Certificate).where(Certificate.number == number, *conditions))
    if row is None:
        raise NotFound
    return row
