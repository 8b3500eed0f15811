"""The last day of a published list: told, and counted again when a notice of holidays comes later."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import AwardsPublished
from kernel.outbox import record
from kernel.workdays import Workdays
from services.funds.entitlements.models import PublicityList
from services.funds.recounting.rules import counted_again
from services.funds.rows import free


async def recount_lists(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional one of the city that nobody works on; one that was over by the day told may run on."""
    of_city = PublicityList.city_code == city_code
    for row in await free(session, PublicityList, of_city, PublicityList.provisional.is_(True)):
        await _recount(session, row, days)


async def recount_list(session: AsyncSession, row: PublicityList, days: Workdays) -> None:
    """Before something is decided on its last day; locked while that may still move."""
    if row.provisional:
        await session.refresh(row, with_for_update=True)
        await _recount(session, row, days)


async def _recount(session: AsyncSession, row: PublicityList, days: Workdays) -> None:
    told_on = row.until_on
    due = counted_again(
        told_on, since=row.published_on, working_days=row.working_days, provisional=row.provisional, days=days
    )
    if due is None:
        return
    row.until_on, row.provisional = due.on, due.provisional
    if due.on > told_on:
        await tell_published(session, row)


async def tell_published(session: AsyncSession, row: PublicityList) -> None:
    """Until when it stands."""
    told = AwardsPublished(
        list_id=row.id,
        programme=row.programme,
        until_on=row.until_on,
        provisional=row.provisional,
        entries=row.entries,
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
