"""Reading recoveries."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from services.funds.angel.access import find
from services.funds.angel.recoveries.models import AngelRecovery
from services.funds.angel.recoveries.states import AngelRecoveryStatus


async def get_recovery(
    session: AsyncSession, recovery_id: UUID, caller: Caller, *, lock: bool = False
) -> AngelRecovery:
    """One the caller may see. Raises NotFound."""
    return await find(session, AngelRecovery, recovery_id, caller, lock=lock)


async def returned_fen(session: AsyncSession, claim_id: UUID) -> int:
    """What earlier recoveries of the claim give back to the fund, whether it has arrived or not."""
    total = await session.scalar(select(func.sum(AngelRecovery.returned_fen)).where(AngelRecovery.claim_id == claim_id))
    return int(total or 0)


async def claims_with_receipts(session: AsyncSession, claim_ids: Collection[UUID]) -> set[UUID]:
    """Of these claims, those whose fund has received something back."""
    wanted = select(AngelRecovery.claim_id).where(
        AngelRecovery.claim_id.in_(claim_ids),
        AngelRecovery.status == AngelRecoveryStatus.RECEIVED,
        AngelRecovery.returned_fen > 0,
    )
    return set(await session.scalars(wanted))


def recoveries_of(claim_id: UUID) -> Select[AngelRecovery]:
    """Recoveries of a claim, to be paged."""
    return select(AngelRecovery).where(AngelRecovery.claim_id == claim_id)
