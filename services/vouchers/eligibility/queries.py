"""Reads of what an organisation was issued."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vouchers import IssuedFact
from services.vouchers.issuance.models import HolderYear


async def issued_to(session: AsyncSession, organisation_id: UUID, *, city_code: str) -> list[IssuedFact]:
    """Sums by programme and calendar year, of the very rows that issuing locks and counts."""
    found = await session.scalars(
        select(HolderYear)
        .where(HolderYear.city_code == city_code, HolderYear.holder_id == organisation_id)
        .order_by(HolderYear.programme, HolderYear.year)
    )
    return [IssuedFact(programme=row.programme, year=row.year, issued_fen=row.issued_fen) for row in found]
