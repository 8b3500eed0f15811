"""Reads of vouchers."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import is_own, own_only
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.states import Status


async def voucher_for(session: AsyncSession, voucher_id: UUID, *, caller: Caller, lock: bool = False) -> Voucher:
    """One voucher; 404 for another city's, or another holder's unless staff asks."""
    voucher = await session.get(Voucher, voucher_id, with_for_update=lock or None)
    if voucher is None:
        raise NotFound
    caller.must_act_in(voucher.city_code)
    if not is_own(caller, voucher.holder_id):
        raise NotFound
    return voucher


async def list_vouchers(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None, holder_id: UUID | None
) -> tuple[list[Voucher], str | None]:
    """Vouchers of the city for its staff, a holder's own for itself; oldest first."""
    wanted = asked_for({Voucher.status: status, Voucher.holder_id: holder_id})
    found = select(Voucher).where(Voucher.city_code == caller.city, *wanted, *own_only(caller, Voucher.holder_id))
    return await page_of(session, found, page, (Voucher.recorded_at, Voucher.id))
