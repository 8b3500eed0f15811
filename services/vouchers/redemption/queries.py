"""Reads of redemptions."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.vouchers.access import own_organisation
from services.vouchers.issuance.models import Voucher
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.states import Status


async def voucher_by_code(session: AsyncSession, code_hash: bytes, *, city_code: str, lock: bool) -> Voucher | None:
    """The voucher a code opens in this city. `lock`: redemptions of one voucher are decided one after the other."""
    found = select(Voucher).where(Voucher.code_hash == code_hash, Voucher.city_code == city_code)
    voucher: Voucher | None = await session.scalar(found.with_for_update() if lock else found)
    return voucher


async def is_invoice_used(session: AsyncSession, fingerprint: bytes, *, city_code: str) -> bool:
    """Whether an invoice was used before; the unique constraint decides when two arrive at once."""
    used = exists().where(Redemption.city_code == city_code, Redemption.invoice_fingerprint == fingerprint)
    return bool(await session.scalar(select(used)))


async def redemption_for(session: AsyncSession, redemption_id: UUID, *, caller: Caller) -> Redemption:
    """One redemption; 404 for another city's, or another provider's unless staff asks."""
    redemption = await session.get(Redemption, redemption_id)
    if redemption is None:
        raise NotFound
    caller.must_act_in(redemption.city_code)
    if own_organisation(caller) not in {None, redemption.organisation_id}:
        raise NotFound
    return redemption


async def list_redemptions(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None, voucher_id: UUID | None
) -> tuple[list[Redemption], str | None]:
    """Redemptions of the city for its staff, a provider's own for itself; oldest first."""
    wanted = {
        Redemption.organisation_id: own_organisation(caller),
        Redemption.status: status,
        Redemption.voucher_id: voucher_id,
    }
    found = select(Redemption).where(Redemption.city_code == caller.city, *asked_for(wanted))
    return await page_of(session, found, page, (Redemption.recorded_at, Redemption.id))
