"""Every morning of a city: what was counted into a year without a notice of holidays is counted again."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.timers import Timer
from kernel.workdays import Workdays
from policy.calendar import workdays
from services.registry.cancellation.recounting import recount_cures
from services.registry.chain.recounting import recount_offers
from services.registry.evaluation.recounting import recount_results
from services.registry.premises.leaving import recount_moves
from services.registry.progress.duties.service import keep_calendar
from services.registry.recognition.notice import recount_notices
from services.registry.statistics.rounds import recount_rounds


async def on_calendar_day(session: AsyncSession, timer: Timer) -> None:
    """Handler of the daily timer."""
    await recount_city(session, timer.city_code, days=workdays())


async def recount_city(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """All that stands provisional, and the calendar of duties. A day that was told is never moved earlier."""
    await recount_notices(session, city_code, days=days)
    await recount_results(session, city_code, days=days)
    await recount_rounds(session, city_code, days=days)
    await recount_cures(session, city_code, days=days)
    await recount_offers(session, city_code, days=days)
    await recount_moves(session, city_code, days=days)
    await keep_calendar(session, city_code, days=days)
