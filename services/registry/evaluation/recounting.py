"""Results whose notice or time to appeal ends in a year without a notice of holidays, counted again."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.timers import schedule_after
from kernel.workdays import Workdays, is_news, settled
from services.registry.evaluation.models import EvaluationRound
from services.registry.evaluation.policy import basis_of
from services.registry.evaluation.states import RoundStatus
from services.registry.recounting.telling import tell_settled

NOTICE_CLOSES = "evaluation.notice_closes"


async def recount_results(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional round of the city."""
    on_notice = (EvaluationRound.city_code == city_code, EvaluationRound.status == RoundStatus.ON_NOTICE)
    found = (
        select(EvaluationRound)
        .where(*on_notice, EvaluationRound.notice_provisional.is_(True))
        .order_by(EvaluationRound.id)
    )
    for row in (await session.scalars(found.with_for_update())).all():
        await recount_round(session, row, days)


async def recount_round(session: AsyncSession, row: EvaluationRound, days: Workdays) -> None:
    """One of them, locked: both days, and the end of the later one."""
    since, notice, appeals = row.published_on, row.notice_closes_on, row.appeals_until_on
    if not row.notice_provisional or since is None or notice is None or appeals is None:
        return
    given = (await basis_of(session, row)).absent().terms
    told = {"notice": notice, "appeal": appeals}
    due = {name: settled(told[name], days.add(since, given[f"{name}_working_days"])) for name in told}
    if not any(is_news(told[name], due[name]) for name in told):
        return
    row.notice_closes_on, row.appeals_until_on = due["notice"].on, due["appeal"].on
    row.notice_provisional = any(one.provisional for one in due.values())
    row.version += 1
    await schedule_after(
        session, max(one.on for one in due.values()), kind=NOTICE_CLOSES, object_id=row.id, city_code=row.city_code
    )
    for name, day in told.items():
        kind = f"evaluation_{name}"
        await tell_settled(session, row.city_code, kind=kind, object_id=row.id, told_on=day, due=due[name])
