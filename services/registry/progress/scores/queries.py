"""Reads of assessment scores: all for the staff of the city, a reporter its own once they are confirmed."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.progress.bodies.models import Reporter
from services.registry.progress.bodies.queries import acts_for
from services.registry.progress.scores.models import Score
from services.registry.progress.scores.states import Status


async def find_score(session: AsyncSession, score_id: UUID, *, caller: Caller) -> Score:
    """Locked. Raises NotFound."""
    row: Score | None = await session.scalar(_seen_by(caller).where(Score.id == score_id).with_for_update(of=Score))
    if row is None:
        raise NotFound
    return row


async def list_scores(
    session: AsyncSession, page: PageQuery, *, caller: Caller, year: int | None
) -> tuple[list[Score], str | None]:
    """In the order they were entered."""
    statement = _seen_by(caller)
    if year is not None:
        statement = statement.where(Score.year == year)
    return await page_of(session, statement, page, (Score.recorded_at, Score.id))


def _seen_by(caller: Caller) -> Select[Score]:
    mine = select(Reporter.id).where(acts_for(caller))
    statement = select(Score).where(Score.city_code == caller.city, Score.reporter_id.in_(mine))
    if not is_staff(caller):
        statement = statement.where(Score.status == Status.CONFIRMED)
    return statement.options(selectinload(Score.reporter)).execution_options(populate_existing=True)
