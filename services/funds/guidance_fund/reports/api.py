"""Routes of managers' reports and of a sub-fund's statement."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.guidance_fund.access import visible_manager
from services.funds.guidance_fund.ids import SubFundId
from services.funds.guidance_fund.reports import queries, service
from services.funds.guidance_fund.reports.models import SubFundReport
from services.funds.guidance_fund.reports.schemas import ReportIn, ReportOut, StatementOut
from services.funds.guidance_fund.reports.states import Status
from services.funds.guidance_fund.sub_funds.queries import get_sub_fund

MayRead = Annotated[Caller, may("sub-funds:read")]
MayReport = Annotated[Caller, may("sub-funds:report")]

routes = router(prefix="/v1/funds/guidance-fund", tags=["guidance fund"])


@routes.post("/sub-funds/{sub_fund_id}/reports", status_code=201)
async def submit_sub_fund_report(
    caller: MayReport, sub_fund_id: SubFundId, body: ReportIn, session: SessionDep, _key: KeyOptional = None
) -> ReportOut:
    """The manager's report on a period that is over, with the fair value of every investment that is held."""
    row = await service.submit_report(
        session, sub_fund_id=sub_fund_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return ReportOut.model_validate(row)


@routes.get("/reports")
async def list_sub_fund_reports(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    sub_fund_id: SubFundId | None = None,
    status: Status | None = None,
) -> Page[ReportOut]:
    """Reports that are expected, overdue or handed in: a manager's own, or all for staff."""
    wanted = queries.reports_of(caller.city, manager_id=visible_manager(caller), sub_fund_id=sub_fund_id, status=status)
    rows, cursor = await page_of(session, wanted, page, (SubFundReport.recorded_at, SubFundReport.id))
    return Page(items=[ReportOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/sub-funds/{sub_fund_id}/statement")
async def read_sub_fund_statement(caller: MayRead, sub_fund_id: SubFundId, session: SessionDep) -> StatementOut:
    """Committed, called, paid in, invested, distributed, net asset value and multiples, as of today."""
    row = await get_sub_fund(session, sub_fund_id, caller)
    return await queries.statement_of(session, row, on=clock.today(caller.city))
