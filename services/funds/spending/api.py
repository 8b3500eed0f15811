"""Spending reports over HTTP: the payee hands in, an officer checks."""

from typing import Annotated

from contracts.asking import may_own
from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.ids import OrganisationId
from services.funds.spending import service
from services.funds.spending.models import SpendingReport
from services.funds.spending.queries import get_report, reports_of
from services.funds.spending.schemas import CheckIn, SpendingIn, SpendingReportId, SpendingReportOut
from services.funds.spending.states import Status

routes = router(prefix="/v1/funds/spending-reports", tags=["spending reports"])
MayRead = Annotated[Caller, may_own("spending:read")]
MayReport = Annotated[Caller, may_own("spending:report")]
MayCheck = Annotated[Caller, may("spending:check")]


@routes.get("")
async def list_spending_reports(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    payee_id: OrganisationId | None = None,
) -> Page[SpendingReportOut]:
    """Reports that are expected or were handed in; a payee sees its own."""
    wanted = reports_of(caller, status=status, payee_id=payee_id)
    rows, cursor = await page_of(session, wanted, page, (SpendingReport.recorded_at, SpendingReport.id))
    return Page(items=[SpendingReportOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/{report_id}")
async def read_spending_report(caller: MayRead, report_id: SpendingReportId, session: SessionDep) -> SpendingReportOut:
    """One report with its lines by purpose."""
    return SpendingReportOut.of(await get_report(session, report_id, caller))


@routes.post("/{report_id}/lines")
async def submit_spending_report(
    caller: MayReport, report_id: SpendingReportId, body: SpendingIn, session: SessionDep, _key: KeyRequired
) -> SpendingReportOut:
    """Say what the money was spent on, by purpose and invoice; handed in again before the check, it replaces itself."""
    lines, at = [line.spent() for line in body.lines], clock.now(caller.city)
    return SpendingReportOut.of(
        await service.submit_report(session, report_id=report_id, lines=lines, caller=caller, at=at)
    )


@routes.post("/{report_id}/check")
async def check_spending_report(
    caller: MayCheck, report_id: SpendingReportId, body: CheckIn, session: SessionDep, _key: KeyRequired
) -> SpendingReportOut:
    """Check it against the policy: what did not go to the bound use is found to come back."""
    at, opinion = clock.now(caller.city), body.opinion
    return SpendingReportOut.of(
        await service.check_report(session, report_id=report_id, opinion=opinion, caller=caller, at=at)
    )
