"""The last day of a proposal's public notice: told, and counted again when a notice of holidays comes later."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundNoticePublished
from kernel.outbox import record
from kernel.workdays import Workdays
from services.funds.guidance_fund.selection.models import SubFundProposal
from services.funds.guidance_fund.selection.states import Status
from services.funds.recounting.rules import counted_again
from services.funds.rows import free


async def recount_notices(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional one of the city that runs, of a proposal nobody works on."""
    of_city, running = SubFundProposal.city_code == city_code, SubFundProposal.status == Status.IN_NOTICE
    for row in await free(session, SubFundProposal, of_city, running, SubFundProposal.notice_provisional.is_(True)):
        await recount_notice(session, row, days)


async def recount_notice(session: AsyncSession, row: SubFundProposal, days: Workdays) -> None:
    """Of one of them, locked; a later day is told."""
    told_on = row.notice_until
    due = counted_again(
        told_on,
        since=row.notice_from,
        working_days=row.notice_working_days,
        provisional=row.notice_provisional,
        days=days,
    )
    if due is None:
        return
    row.notice_until, row.notice_provisional = due.on, due.provisional
    if due.on != told_on:
        await tell_notice(session, row)


async def tell_notice(session: AsyncSession, row: SubFundProposal) -> None:
    """Until when it runs."""
    assert row.notice_until is not None  # noqa: S101 - its notice runs
    told = SubFundNoticePublished(
        proposal_id=row.id, manager_id=row.manager_id, until=row.notice_until, provisional=row.notice_provisional
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
