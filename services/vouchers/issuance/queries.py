"""Reads of vouchers."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.vouchers.access import own_organisation
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.states import Status


async def voucher_for(session: AsyncSession, voucher_id: UUID, *, caller: Caller, lock: bool = False) -> Voucher:
    """One voucher; 404 for another city's, or another holder's unless staff asks."""
    voucher = await session.get(Voucher, voucher_id, with_for_update=lock or None)
    if voucher is None:
        raise NotFound
    caller.must_act_in(voucher.city_code)
    if own_organisation(caller) not in {None, voucher.holder_id}:
        raise NotFound
    return voucher


async def list_vouchers(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None, holder_id: UUID | None
) -> tuple[list[Voucher], str | None]:
    """Vouchers of the city for its staff, a holder's own for itself; oldest first."""
    found = select(Voucher).where(Voucher.city_code == caller.city)
    for holder in (own_organisation(caller), holder_id):
        if holder is not None:
            found = found.where(Voucher.holder_id == holder)
    if status is not None:
        found = found.where(Voucher.status == status)
    return await page_of(session, found, page, (Voucher.recorded_at, Voucher.id))
