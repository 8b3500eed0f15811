"""Routes of statistical reports."""

from functools import partial
from typing import Annotated, Any

from fastapi import Form, Path, Query, Response, UploadFile
from fastapi.responses import HTMLResponse

from contracts.published_statistics import PublishedAsked, PublishedReply
from kernel import context
from kernel.auth import Caller, Internal, may
from kernel.drawing import drawn
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from kernel.schemas import Sentence
from policy.forms import ReportForm, report_forms
from services.registry.carriers.schemas import CarrierId
from services.registry.statistics import charts, examples, publishing, queries, rounds, service
from services.registry.statistics.aggregates import Cell, Grouping
from services.registry.statistics.models import StatisticsReport, StatisticsRevision
from services.registry.statistics.overview import overview, overview_page
from services.registry.statistics.public_page import published
from services.registry.statistics.reading import Line
from services.registry.statistics.schemas import (
    AggregatesOut,
    CellOut,
    DecisionOut,
    FoundOut,
    ReportId,
    ReportIn,
    ReportOut,
    ReturnIn,
    RevisionContentOut,
    RevisionOut,
    RoundId,
    RoundIn,
    RoundOut,
)
from services.registry.statistics.states import Status
from services.registry.statistics.workbooks import MEDIA_TYPE, Language

MayRead = Annotated[Caller, may("statistics:read")]
MaySubmit = Annotated[Caller, may("statistics:submit")]
MayManage = Annotated[Caller, may("statistics:manage")]
Measure = Annotated[str, Query(max_length=100, pattern=r"^[a-z_]+(\.[a-z_]+)?$", examples=["tenants"])]
XLSX_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}
SVG_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {charts.MEDIA_TYPE: {"schema": {"type": "string"}}}}}
# A picture or page that is opened by itself runs nothing and loads nothing.
STILL = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}

routes = router(prefix="/v1/registry/statistics", tags=["registry: statistics"])
internal = router(prefix="/internal/published-statistics")


@routes.get("/forms", responses={200: {"content": {"application/json": {"example": [examples.FORM]}}}})
async def list_forms(_caller: MayRead) -> list[ReportForm]:
    """Every version of the form, oldest first: sections, fields with unit and type, and what must agree."""
    return list(report_forms())


@routes.post("/rounds", status_code=201)
async def open_round(caller: MayManage, body: RoundIn, session: SessionDep, _key: KeyOptional = None) -> RoundOut:
    """Open a period: every carrier that holds a level on its last day is asked for a report."""
    return RoundOut.model_validate(await rounds.open_round(session, day=body.day, caller=caller))


@routes.get("/rounds")
async def list_rounds(caller: MayRead, session: SessionDep, page: PageDep) -> Page[RoundOut]:
    """Periods of the city."""
    rows, cursor = await queries.list_rounds(session, page, caller=caller)
    return Page(items=[RoundOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/rounds/{round_id}")
async def read_round(caller: MayRead, round_id: RoundId, session: SessionDep) -> RoundOut:
    """One period."""
    return RoundOut.model_validate(await queries.find_round(session, round_id, caller=caller))


@routes.get("/reports")
async def list_statistical_reports(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    round_id: RoundId | None = None,
    carrier_id: CarrierId | None = None,
    status: Status | None = None,
    is_late: bool | None = None,
) -> Page[ReportOut]:
    """Reports of your carriers, or all of the city for its staff; `status=missed` and `is_late` name who is behind."""
    rows, cursor = await queries.list_reports(
        session, page, caller=caller, round_id=round_id, carrier_id=carrier_id, status=status, is_late=is_late
    )
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/reports/{report_id}")
async def read_statistical_report(
    caller: MayRead, report_id: ReportId, session: SessionDep, response: Response
) -> ReportOut:
    """Where a report stands."""
    return _answer(response, await queries.find_report(session, report_id, caller=caller))


@routes.get("/reports/{report_id}/revisions")
async def list_revisions(caller: MayRead, report_id: ReportId, session: SessionDep, page: PageDep) -> Page[RevisionOut]:
    """Everything that was handed in, in order."""
    report = await queries.find_report(session, report_id, caller=caller)
    rows, cursor = await queries.list_revisions(session, page, report=report)
    return Page(items=[RevisionOut(**_revision(row)) for row in rows], next_cursor=cursor)


@routes.get("/reports/{report_id}/revisions/{number}")
async def read_revision(
    caller: MayRead, report_id: ReportId, number: Annotated[int, Path(ge=1, le=1_000_000)], session: SessionDep
) -> RevisionContentOut:
    """One revision with every row."""
    report = await queries.find_report(session, report_id, caller=caller)
    row = await queries.find_revision(session, report.id, number)
    return RevisionContentOut(content=row.content, **_revision(row))


@routes.post("/reports/{report_id}/revisions", status_code=201)
async def hand_in_report(
    caller: MaySubmit,
    report_id: ReportId,
    body: ReportIn,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ReportOut:
    """Hand a report in, or correct it: everything wrong is told at once."""
    handed = service.Handed(
        form_on=body.form_on,
        typed={name: [Line(at, row) for at, row in enumerate(rows)] for name, rows in body.sections.items()},
        place=_pointer,
        explanations=body.explanations,
        reason=body.reason,
        source="form",
    )
    return _answer(response, await service.hand_in(session, report_id=report_id, handed=handed, caller=caller))


@routes.get("/reports/{report_id}/workbook", response_class=Response, responses=XLSX_ANSWER)
async def download_template(
    caller: MayRead,
    report_id: ReportId,
    session: SessionDep,
    lang: Annotated[Language | None, Query()] = None,
    filled: bool = False,
) -> Response:
    """The form as xlsx, empty or with what was handed in last; it knows its version and its report."""
    content = await service.template(
        session, report_id=report_id, language=_language(lang), is_filled=filled, caller=caller
    )
    return _download(content, "statistics-report.xlsx")


@routes.post("/reports/{report_id}/workbooks", status_code=201)
async def hand_in_workbook(
    caller: MaySubmit,
    report_id: ReportId,
    file: UploadFile,
    session: SessionDep,
    response: Response,
    reason: Annotated[Sentence | None, Form()] = None,
    _key: KeyOptional = None,
) -> ReportOut:
    """The xlsx filled in: every fault with sheet and cell. The same file again is the same revision."""
    content = await file.read()
    row = await service.hand_in_workbook(session, report_id=report_id, content=content, reason=reason, caller=caller)
    return _answer(response, row)


@routes.post("/reports/{report_id}/acceptance")
async def accept_statistical_report(
    caller: MayManage,
    report_id: ReportId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ReportOut:
    """The revision that was read counts from now on."""
    return _answer(response, await service.accept(session, report_id=report_id, if_match=if_match, caller=caller))


@routes.post("/reports/{report_id}/return")
async def return_statistical_report(
    caller: MayManage,
    report_id: ReportId,
    body: ReturnIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ReportOut:
    """Back to the operator, with what has to be corrected."""
    row = await service.return_report(
        session, report_id=report_id, reason=body.reason, if_match=if_match, caller=caller
    )
    return _answer(response, row)


@routes.get("/aggregates")
async def read_aggregates(
    caller: MayRead, session: SessionDep, by: Grouping = "city", round_id: RoundId | None = None
) -> AggregatesOut:
    """Accepted figures by group, of the newest period unless one is named. Small groups show figures to officials only.

    `by=period` sets every period beside the others. A period that is still open is there for officials only.
    """
    found = await publishing.publish(session, by=by, round_id=round_id, caller=caller)
    language = _language(None)

    def shown(cell: Cell, name: str) -> CellOut:
        figures = dict(cell.figures) if cell.figures is not None else None
        return CellOut(group=cell.group, name=name, carriers=cell.carriers, firms=cell.firms, figures=figures)

    return AggregatesOut(
        by=by,
        round_id=found.round.id if found.round else None,
        units={name: asked.unit for name, asked in found.form.measures.items()},
        cells=[shown(cell, found.named(cell.group, language)) for cell in found.table.cells],
        total=None if by == "period" else shown(found.table.total, "合计" if language == "zh" else "Total"),
    )


@routes.get("/aggregates.xlsx", response_class=Response, responses=XLSX_ANSWER)
async def download_aggregates(
    caller: MayRead,
    work: WorkDep,
    by: Grouping = "city",
    round_id: RoundId | None = None,
    lang: Annotated[Language | None, Query()] = None,
) -> Response:
    """The same figures as a workbook; what is left out is a dash."""
    found = await publishing.publish(await work.open(), by=by, round_id=round_id, caller=caller)
    return _download(await drawn(work, partial(found.workbook, _language(lang))), f"statistics-{by}.xlsx")


@routes.get("/charts/{measure}.svg", response_class=Response, responses=SVG_ANSWER)
async def read_chart(
    caller: MayRead,
    work: WorkDep,
    measure: Annotated[str, Path(max_length=100, pattern=r"^[a-z_]+(\.[a-z_]+)?$", examples=["tenants"])],
    by: Grouping = "district",
    round_id: RoundId | None = None,
    lang: Annotated[Language | None, Query()] = None,
) -> Response:
    """One measure drawn: bars by group, or a line by period. No script, nothing loaded."""
    found = await publishing.publish(await work.open(), by=by, round_id=round_id, caller=caller)
    chart = await drawn(work, partial(found.chart, measure, _language(lang)))
    return Response(chart, media_type=charts.MEDIA_TYPE, headers=STILL)


@routes.get("/overview", include_in_schema=False)
async def show_overview(
    caller: MayManage, work: WorkDep, lang: Annotated[Language | None, Query()] = None
) -> HTMLResponse:
    """For officers: who has reported, who is behind, and the city's figures, on one page without scripts."""
    found = await overview(await work.open(), caller=caller)
    return HTMLResponse(await drawn(work, partial(overview_page, found, _language(lang))), headers=STILL)


@internal.post("", include_in_schema=False)
async def tell_published(_caller: Internal, body: PublishedAsked, work: WorkDep) -> PublishedReply:
    """For the window's public page; a question, not a write."""
    return await published(work, city_code=body.city_code, language=body.language)


def _pointer(section: str, row: int, name: str) -> dict[str, Any]:
    return {"pointer": f"/sections/{section}/{row}/{name}".rstrip("/")}


def _language(lang: Language | None) -> Language:
    return lang or ("en" if context.current().language == "en" else "zh")


def _download(content: bytes, name: str) -> Response:
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _answer(response: Response, row: StatisticsReport) -> ReportOut:
    mark(response, row.version)
    return _shown(row)


def _shown(row: StatisticsReport) -> ReportOut:
    beside = {"carrier_name", "period_from", "period_until", "due_on", "consequence"}
    plain = {name: getattr(row, name) for name in ReportOut.model_fields if name not in beside}
    return ReportOut(
        carrier_name=row.carrier.name,
        period_from=row.round.period_from,
        period_until=row.round.period_until,
        due_on=row.round.due_on,
        consequence=_found(row.consequence) if row.consequence else None,
        **plain,
    )


def _revision(row: StatisticsRevision) -> dict[str, Any]:
    made = {"warnings", "decisions"}
    plain = {name: getattr(row, name) for name in RevisionOut.model_fields if name not in made}
    decisions = [DecisionOut.model_validate(one) for one in row.decisions]
    return plain | {"warnings": [_found(one) for one in row.warnings], "decisions": decisions}


def _found(found: dict[str, Any]) -> FoundOut:
    text = found["en" if context.current().language == "en" else "zh"]
    return FoundOut(code=found["code"], clauses=found["clauses"], text=text, facts=found["facts"])
