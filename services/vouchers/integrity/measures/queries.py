"""Reads of measures."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from services.vouchers.integrity.measures.models import VoucherMeasure
from services.vouchers.issuance.queries import voucher_for


async def measures_of(
    session: AsyncSession, page: PageQuery, *, voucher_id: UUID, caller: Caller
) -> tuple[list[VoucherMeasure], str | None]:
    """Of one voucher, oldest first; 404 for another city's."""
    voucher = await voucher_for(session, voucher_id, caller=caller)
    found = select(VoucherMeasure).where(VoucherMeasure.voucher_id == voucher.id)
    return await page_of(session, found, page, (VoucherMeasure.recorded_at, VoucherMeasure.id))
