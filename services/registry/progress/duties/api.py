"""Routes of the duty calendar."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from kernel import context
from kernel.auth import Caller, may
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from kernel.schemas import Code
from services.registry.progress.duties import queries, service, views
from services.registry.progress.duties.schemas import CalendarOut, DutyDayId, DutyDayOut

MayRead = Annotated[Caller, may("progress:read")]
Since = Annotated[date | None, Query(description="First day; default today", examples=["2016-01-01"])]
Until = Annotated[date | None, Query(description="Last day; default a year later", examples=["2026-12-31"])]
Answers = dict[int | str, dict[str, Any]]
ICALENDAR: Answers = {
    200: {"description": "iCalendar (RFC 5545)", "content": {"text/calendar": {"schema": {"type": "string"}}}}
}
HTML: Answers = {200: {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}}

routes = router(prefix="/v1/registry/progress", tags=["registry: progress"])


@routes.get("/calendar")
async def read_calendar(caller: MayRead, session: SessionDep, since: Since = None, until: Until = None) -> CalendarOut:
    """What falls due, in statutory working days; and the duties that have no day, with what is left open."""
    return views.calendar_shown(await service.read_calendar(session, since=since, until=until, caller=caller))


@routes.get("/calendar.ics", response_class=Response, responses=ICALENDAR)
async def read_calendar_feed(
    caller: MayRead, session: SessionDep, since: Since = None, until: Until = None
) -> Response:
    """The same days for a calendar program."""
    found = await service.read_calendar(session, since=since, until=until, caller=caller)
    body = views.as_icalendar(found, language=_language())
    return Response(body, media_type="text/calendar; charset=utf-8", headers={"Vary": "Accept-Language"})


@routes.get("/calendar.html", response_class=Response, responses=HTML)
async def read_calendar_page(
    caller: MayRead, session: SessionDep, since: Since = None, until: Until = None
) -> HTMLResponse:
    """The same days as a page."""
    found = await service.read_calendar(session, since=since, until=until, caller=caller)
    return HTMLResponse(views.as_page(found, language=_language()), headers={"Vary": "Accept-Language"})


@routes.get("/duty-days")
async def list_duty_days(
    caller: MayRead, session: SessionDep, page: PageDep, duty: Code | None = None
) -> Page[DutyDayOut]:
    """Due days that were told; reports are handed in under their ids."""
    rows, cursor = await queries.list_duty_days(session, page, caller=caller, duty=duty)
    return Page(items=[DutyDayOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/duty-days/{duty_day_id}")
async def read_duty_day(caller: MayRead, duty_day_id: DutyDayId, session: SessionDep) -> DutyDayOut:
    """One due day as it was told."""
    return DutyDayOut.model_validate(await queries.find_duty_day(session, duty_day_id, caller=caller))


def _language() -> views.Language:
    return "en" if context.current().language == "en" else "zh"
