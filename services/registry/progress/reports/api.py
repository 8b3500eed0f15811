"""Routes of reports."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.progress.duties.schemas import CirculationLineOut, CirculationOut, DutyDayId, DutyDayOut
from services.registry.progress.reports import circulation, queries, service
from services.registry.progress.reports.models import Report
from services.registry.progress.reports.schemas import (
    ReportId,
    ReportIn,
    ReportOut,
    ReturnIn,
    RevisionIn,
    RevisionOut,
)
from services.registry.progress.reports.states import Status

MayReport = Annotated[Caller, may("progress:report")]
MayManage = Annotated[Caller, may("progress:manage")]
MayRead = Annotated[Caller, may("progress:read")]

routes = router(prefix="/v1/registry/progress", tags=["registry: progress"])


@routes.post("/duty-days/{duty_day_id}/reports", status_code=201)
async def submit_report(
    caller: MayReport, duty_day_id: DutyDayId, body: ReportIn, session: SessionDep, _key: KeyOptional = None
) -> ReportOut:
    """Hand in a report; after the due day it is taken and counts as late."""
    return _shown(await service.submit_report(session, duty_day_id=duty_day_id, given=body, caller=caller))


@routes.get("/duty-days/{duty_day_id}/circulation")
async def read_circulation(caller: MayManage, duty_day_id: DutyDayId, session: SessionDep) -> CirculationOut:
    """Who has reported and who has not (通报)."""
    day, lines = await circulation.read_circulation(session, duty_day_id=duty_day_id, caller=caller)
    return CirculationOut(
        duty_day=DutyDayOut.model_validate(day),
        as_of=clock.now(caller.city),
        not_reported=sum(line.state == "not_reported" for line in lines),
        items=[CirculationLineOut.model_validate(line) for line in lines],
    )


@routes.get("/reports")
async def list_progress_reports(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    duty_day_id: DutyDayId | None = None,
    status: Status | None = None,
) -> Page[ReportOut]:
    """Reports: all for the staff of the city, else those of who you report for."""
    rows, cursor = await queries.list_reports(session, page, caller=caller, duty_day_id=duty_day_id, status=status)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/reports/{report_id}")
async def read_progress_report(caller: MayRead, report_id: ReportId, session: SessionDep) -> ReportOut:
    """A report with every revision and what was said of each."""
    return _shown(await queries.find_report(session, report_id, caller=caller))


@routes.post("/reports/{report_id}/revisions", status_code=201)
async def resubmit_report(
    caller: MayReport, report_id: ReportId, body: RevisionIn, session: SessionDep, _key: KeyOptional = None
) -> ReportOut:
    """Hand in a returned report again, as a further revision."""
    return _shown(await service.resubmit_report(session, report_id=report_id, given=body, caller=caller))


@routes.post("/reports/{report_id}/return")
async def return_progress_report(
    caller: MayManage, report_id: ReportId, body: ReturnIn, session: SessionDep, _key: KeyOptional = None
) -> ReportOut:
    """Send it back with every reason at once."""
    row = await service.return_report(session, report_id=report_id, reasons=list(body.reasons), caller=caller)
    return _shown(row)


@routes.post("/reports/{report_id}/acceptance")
async def accept_progress_report(
    caller: MayManage, report_id: ReportId, session: SessionDep, _key: KeyOptional = None
) -> ReportOut:
    """Accept it; its figures count for the targets that no register counts itself."""
    return _shown(await service.accept_report(session, report_id=report_id, caller=caller))


def _shown(row: Report) -> ReportOut:
    return ReportOut(
        id=row.id,
        duty_day_id=row.duty_day_id,
        duty=row.duty_day.duty,
        due_on=row.duty_day.due_on,
        reporter_id=row.reporter_id,
        reporter=row.reporter.name,
        status=row.status,
        is_late=clock.on_date(row.revisions[0].submitted_at) > row.duty_day.due_on,
        revisions=[RevisionOut.model_validate(revision) for revision in row.revisions],
    )
