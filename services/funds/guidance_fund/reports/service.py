"""A manager hands in a report: what it says, and the fair value of everything that is held."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundReported
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import encode_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import refuse_if
from services.funds.guidance_fund.promises import promise_findings
from services.funds.guidance_fund.reports.models import SubFundReport
from services.funds.guidance_fund.reports.queries import investments_held, report_on
from services.funds.guidance_fund.reports.rules import valuation_findings
from services.funds.guidance_fund.reports.schemas import ReportIn
from services.funds.guidance_fund.reports.states import MOVES, Fact
from services.funds.guidance_fund.sub_funds.queries import get_sub_fund


async def submit_report(
    session: AsyncSession, *, sub_fund_id: UUID, given: ReportIn, caller: Caller, at: datetime
) -> SubFundReport:
    """Once for a period that is over. Raises NotFound before, Refusal when an investment has no value."""
    row = await get_sub_fund(session, sub_fund_id, caller, lock=True)
    report = await report_on(session, row.id, given.period)
    status = status_after(Fact.SUBMITTED, report.status, MOVES)
    deals = await investments_held(session, row.id)
    values = {one.investment_id: one.value_fen for one in given.valuations}
    refuse_if(
        [
            *valuation_findings(
                {encode_id("ivt", key): value for key, value in values.items()},
                {encode_id("ivt", deal.id): deal.held_fen for deal in deals if deal.invested_on <= report.last_on},
            ),
            *promise_findings({"narrative": given.narrative}),
        ]
    )
    for deal in deals:
        # A report that comes late does not undo a later valuation.
        if deal.id in values and deal.valued_on <= report.last_on:
            deal.value_fen, deal.valued_on = values[deal.id], report.last_on
    report.status, report.narrative = status, given.narrative
    report.valuations = given.model_dump(mode="json")["valuations"]
    report.submitted_on, report.submitted_at, report.submitted_by = on_date(at), at, caller.acting_for
    await session.flush()
    told = SubFundReported(
        sub_fund_id=row.id, report_id=report.id, manager_id=row.manager_id, period=report.period,
        was_overdue=report.was_overdue,
    )  # fmt: skip
    await record(session, told, city_code=row.city_code, subject=row.id)
    return report
