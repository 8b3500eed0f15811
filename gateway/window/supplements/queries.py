"""Reading promises."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.supplements.models import Supplement
from gateway.window.supplements.states import Standing
from kernel.supplements import SupplementAwaited, awaited_findings


async def supplement_of(session: AsyncSession, case_id: UUID) -> Supplement | None:
    """What was promised for a case; whoever is to change it holds the case."""
    return await session.get(Supplement, case_id)


async def must_be_supplemented(session: AsyncSession, case_id: UUID) -> None:
    """Raise SupplementAwaited while what was promised for a case has not come."""
    row = await supplement_of(session, case_id)
    if row is not None and row.is_awaited:
        raise SupplementAwaited(reasons=awaited_findings(row.documents or ()))


def cases_in(city_code: str, standing: Standing) -> Select[UUID]:
    """Cases of the city whose promise stands so."""
    return select(Supplement.case_id).where(Supplement.city_code == city_code, _stands(standing))


def _stands(standing: Standing) -> ColumnElement[bool]:
    """What `standing_of` says, for a query."""
    if standing is Standing.SUPPLIED:
        return Supplement.supplied_on.is_not(None)
    if standing is Standing.LAPSED:
        return Supplement.lapsed_on.is_not(None)
    if standing is Standing.PROMISED:
        return Supplement.due_on.is_(None)
    return and_(Supplement.due_on.is_not(None), Supplement.supplied_on.is_(None), Supplement.lapsed_on.is_(None))
