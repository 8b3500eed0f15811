"""Routes of monthly arrears reports."""

from typing import Annotated

from fastapi import Query

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.ids import OrganisationId
from services.funds.loan_pool.access import listed_bank
from services.funds.loan_pool.arrears import queries
from services.funds.loan_pool.arrears.models import ArrearsReport
from services.funds.loan_pool.arrears.schemas import (
    ArrearsIn,
    ArrearsLineOut,
    ArrearsLinesOut,
    ArrearsReportOut,
    ArrearsTakenOut,
    Month,
)
from services.funds.loan_pool.arrears.service import report_arrears as take_report
from services.funds.loan_pool.guard.standing import verdict_out
from services.funds.loan_pool.ids import ArrearsReportId
from services.funds.signatures.schemas import SignatureOut
from services.funds.signatures.service import SignedBody, keep_signature, signature_on

routes = router(prefix="/v1/funds/loan-pool/arrears-reports", tags=["loan pool"])
MayReport = Annotated[Caller, may("arrears:report")]
MayRead = Annotated[Caller, may("loans:read")]


@routes.post("", status_code=201)
async def report_arrears(
    caller: MayReport, body: ArrearsIn, signed: SignedBody, work: WorkDep, _key: KeyRequired
) -> ArrearsTakenOut:
    """A bank's loans at a month's end: every one that is paid out and not repaid. Refused with all reasons at once.

    The answer says whether new loans are stopped, or which open parameters keep that from happening by itself.
    """
    session, at = await work.open(), clock.now(caller.city)
    report, verdicts = await take_report(session, given=body, caller=caller, at=at)
    keep_signature(session, signed, caller, [report.id], at=at)
    return ArrearsTakenOut(
        report=ArrearsReportOut.model_validate(report), guard=[verdict_out(verdict) for verdict in verdicts]
    )


@routes.get("")
async def list_arrears_reports(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    month: Annotated[Month | None, Query()] = None,
    bank_id: OrganisationId | None = None,
) -> Page[ArrearsReportOut]:
    """Reports with all their revisions: a bank's own, or for staff those of one bank or of all."""
    wanted = queries.reports_of(caller.city, bank_id=listed_bank(caller, bank_id), month=month)
    rows, cursor = await page_of(session, wanted, page, (ArrearsReport.recorded_at, ArrearsReport.id))
    return Page(items=[ArrearsReportOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{report_id}/lines")
async def list_arrears_lines(caller: MayRead, report_id: ArrearsReportId, session: SessionDep) -> ArrearsLinesOut:
    """The loans of one report."""
    report = await queries.get_report(session, report_id, caller)
    return ArrearsLinesOut(
        items=[ArrearsLineOut.model_validate(row) for row in await queries.lines_of(session, report.id)]
    )


@routes.get("/{report_id}/signature")
async def read_arrears_signature(caller: MayRead, report_id: ArrearsReportId, session: SessionDep) -> SignatureOut:
    """What the bank signed to report it, with the key it was checked with. 404 when it was not signed."""
    report = await queries.get_report(session, report_id, caller)
    return SignatureOut.of(await signature_on(session, report.id, city_code=report.city_code))
