"""Reading claims."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.states import Status


async def get_claim(session: AsyncSession, claim_id: UUID, caller: Caller, *, lock: bool = False) -> LossClaim:
    """A claim the caller may see. Raises NotFound."""
    claim = await session.get(LossClaim, claim_id, with_for_update=lock or None, populate_existing=lock)
    if claim is None:
        raise NotFound
    must_see(caller, city_code=claim.city_code, bank_id=claim.bank_id)
    return claim


async def standing_claim(session: AsyncSession, loan_id: UUID) -> LossClaim | None:
    """The claim on a loan that was not refused; a loan has at most one."""
    wanted = select(LossClaim).where(LossClaim.loan_id == loan_id, LossClaim.status != Status.REFUSED)
    claim: LossClaim | None = await session.scalar(wanted)
    return claim


def claims_of(
    city_code: str, *, bank_id: UUID | None, bank_reference: str | None, status: Status | None
) -> Select[LossClaim]:
    """Claims of a city, of one bank or all, to be paged."""
    wanted = select(LossClaim).where(LossClaim.city_code == city_code)
    if bank_id is not None:
        wanted = wanted.where(LossClaim.bank_id == bank_id)
    if bank_reference is not None:
        wanted = wanted.where(LossClaim.bank_reference == bank_reference)
    return wanted.where(LossClaim.status == status) if status is not None else wanted
