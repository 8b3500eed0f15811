"""Reads of redemptions."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import own_only
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
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
    """One redemption, for the city's staff, the provider and the voucher's holder; 404 for everybody else."""
    found = select(Redemption).where(Redemption.id == redemption_id, *seen_by(caller))
    redemption: Redemption | None = await session.scalar(found)
    if redemption is None:
        raise NotFound
    caller.must_act_in(redemption.city_code)
    return redemption


def seen_by(caller: Caller) -> list[ColumnElement[bool]]:
    """A provider's own, and what was spent of a holder's vouchers; for the city's staff no condition."""
    held = select(Voucher.id).where(*own_only(caller, Voucher.holder_id))
    return own_only(caller, Redemption.organisation_id, beside=[Redemption.voucher_id.in_(held)])


async def list_redemptions(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None, voucher_id: UUID | None
) -> tuple[list[Redemption], str | None]:
    """Redemptions of the city for its staff, for a provider or a holder those it is a party to; oldest first."""
    wanted = asked_for({Redemption.status: status, Redemption.voucher_id: voucher_id})
    found = select(Redemption).where(Redemption.city_code == caller.city, *wanted, *seen_by(caller))
    return await page_of(session, found, page, (Redemption.recorded_at, Redemption.id))
