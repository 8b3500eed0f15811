"""Every morning of a city: what was counted into a year without a notice of holidays is counted again."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.timers import Timer
from policy.calendar import workdays
from services.funds.clawback.recounting import recount_clawbacks
from services.funds.entitlements.notices import recount_lists
from services.funds.guidance_fund.reports.expecting import recount_reports as recount_sub_fund_reports
from services.funds.guidance_fund.selection.notices import recount_notices
from services.funds.recounting.expecting import expect_recount
from services.funds.spending.recounting import recount_reports


async def on_calendar_day(session: AsyncSession, timer: Timer) -> None:
    """Handler of the daily timer. What somebody works on is left for tomorrow: a decision counts its own day again."""
    days = workdays()
    await recount_reports(session, timer.city_code, days=days)
    await recount_lists(session, timer.city_code, days=days)
    await recount_clawbacks(session, timer.city_code, days=days)
    await recount_notices(session, timer.city_code, days=days)
    await recount_sub_fund_reports(session, timer.city_code, days=days)
    await expect_recount(session, timer.city_code)
