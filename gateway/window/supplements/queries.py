"""Reading promises."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.supplements.models import Supplement
from kernel.supplements import SupplementAwaited, awaited_findings


async def supplement_of(session: AsyncSession, case_id: UUID) -> Supplement | None:
    """What was promised for a case; whoever is to change it holds the case."""
    return await session.get(Supplement, case_id)


async def must_be_supplemented(session: AsyncSession, case_id: UUID) -> None:
    """Raise SupplementAwaited while what was promised for a case has not come."""
    row = await supplement_of(session, case_id)
    if row is not None and row.is_awaited:
        raise SupplementAwaited(reasons=awaited_findings(row.documents or ()))
