"""Cure periods that end in a year without a notice of holidays, counted again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.timers import schedule_after
from kernel.workdays import Workdays, is_news, settled
from services.registry.cancellation.models import Cancellation
from services.registry.cancellation.states import Status
from services.registry.carriers.models import Carrier
from services.registry.recognition.models import Recognition
from services.registry.recounting.telling import tell_settled

CURE_LAPSES = "cancellation.cure_lapses"


async def recount_cures(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional one of the city; a day an officer named is not one of them."""
    curing = (
        Cancellation.city_code == city_code,
        Cancellation.status == Status.CURING,
        Cancellation.cure_provisional.is_(True),
    )
    found = select(Cancellation).where(*curing).order_by(Cancellation.id).with_for_update()
    for row in (await session.scalars(found)).all():
        await recount_cure(session, row, days)


async def recount_cure(session: AsyncSession, row: Cancellation, days: Workdays) -> None:
    """One of them, locked."""
    if not row.cure_provisional or row.cure_by is None or row.cure_working_days is None:
        return
    told_on = row.cure_by
    due = settled(told_on, days.add(row.opened_on, row.cure_working_days))
    if not is_news(told_on, due):
        return
    row.cure_by, row.cure_provisional = due.on, due.provisional
    await schedule_after(session, due.on, kind=CURE_LAPSES, object_id=row.id, city_code=row.city_code)
    await tell_settled(
        session, row.city_code, kind="cure_period", object_id=row.id, told_on=told_on, due=due,
        organisation_id=await _operator(session, row),
    )  # fmt: skip


async def _operator(session: AsyncSession, row: Cancellation) -> UUID | None:
    of_carrier = select(Carrier.operator_id).join(Recognition, Recognition.carrier_id == Carrier.id)
    found: UUID | None = await session.scalar(of_carrier.where(Recognition.id == row.recognition_id))
    return found
