"""Routes of rounds of evaluation, and of what carriers, evaluators and officers do in them."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from kernel.auth import Caller, may
from kernel.drawing import drawn
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.problems import NotFound
from kernel.routing import SessionDep, WorkDep, router
from services.registry.carriers.schemas import CarrierId
from services.registry.evaluation import queries, rounds, service
from services.registry.evaluation.lists import publication_xlsx, ranking_xlsx, scores_svg
from services.registry.evaluation.models import EvaluationRound
from services.registry.evaluation.policy import basis_of
from services.registry.evaluation.schemas import (
    AnswerIn,
    AppealIn,
    AssignmentIn,
    EvaluationId,
    EvaluationOut,
    EvaluationsOut,
    IndicatorSystemOut,
    PublicationOut,
    RankingOut,
    RecusalIn,
    ReportIn,
    RoundId,
    RoundIn,
    RoundOut,
    Subject,
    VerificationIn,
    Year,
)
from services.registry.evaluation.states import RoundStatus, Status
from services.registry.evaluation.views import (
    evaluation_out,
    notice_out,
    publication_out,
    ranking_out,
    round_out,
    system_out,
)

MayRead = Annotated[Caller, may("evaluations:read")]
MayReport = Annotated[Caller, may("evaluations:report")]
MayVerify = Annotated[Caller, may("evaluations:verify")]
MayManage = Annotated[Caller, may("evaluations:manage")]
MayRank = Annotated[Caller, may("evaluations:rank")]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SVG = "image/svg+xml"
BINARY = {"schema": {"type": "string", "format": "binary"}}
SHEETS: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: BINARY}}}
CHARTS: dict[int | str, dict[str, Any]] = {200: {"content": {SVG: BINARY}}}

routes = router(prefix="/v1/registry", tags=["registry: evaluation"])


@routes.post("/evaluation-rounds", status_code=201)
async def open_evaluation_round(
    caller: MayManage, body: RoundIn, session: SessionDep, response: Response, _key: KeyOptional = None
) -> RoundOut:
    """Open a year's evaluation. Refused with every parameter the policy leaves open (indicators, grades, days)."""
    row = await rounds.open_round(session, given=body, caller=caller)
    mark(response, row.version)
    return await _shown_round(session, row)


@routes.get("/evaluation-rounds")
async def list_evaluation_rounds(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    year: Annotated[Year | None, Query()] = None,
    status: RoundStatus | None = None,
) -> Page[RoundOut]:
    """Rounds of the city, in the order they were opened."""
    rows, cursor = await queries.list_rounds(session, page, caller=caller, year=year, status=status)
    counts = await queries.counts_of(session, [row.id for row in rows])
    return Page(items=[round_out(row, counts[row.id]) for row in rows], next_cursor=cursor)


@routes.get("/evaluation-rounds/{round_id}")
async def read_evaluation_round(
    caller: MayRead, round_id: RoundId, session: SessionDep, response: Response
) -> RoundOut:
    """Where a round stands."""
    row = await queries.find_round(session, round_id, caller=caller)
    mark(response, row.version)
    return await _shown_round(session, row)


@routes.get("/evaluation-rounds/{round_id}/indicators")
async def read_evaluation_indicators(caller: MayRead, round_id: RoundId, session: SessionDep) -> IndicatorSystemOut:
    """What the round measures, how each indicator is scored, and the grades."""
    return system_out(await basis_of(session, await queries.find_round(session, round_id, caller=caller)))


@routes.post("/evaluation-rounds/{round_id}/assignments")
async def assign_evaluator(
    caller: MayManage, round_id: RoundId, body: AssignmentIn, session: SessionDep, _key: KeyOptional = None
) -> EvaluationsOut:
    """Say who verifies which carriers; a conflict of interest with one of them refuses all, each by name."""
    rows = await service.assign(session, round_id=round_id, given=body, caller=caller)
    return EvaluationsOut(items=[evaluation_out(row, caller) for row in rows])


@routes.post("/evaluation-rounds/{round_id}/results")
async def publish_evaluation_results(
    caller: MayManage, round_id: RoundId, session: SessionDep, response: Response, _key: KeyOptional = None
) -> RoundOut:
    """Score and grade everybody, the absent too, and publish; refused while a report is not verified."""
    row = await rounds.score_round(session, round_id=round_id, caller=caller)
    mark(response, row.version)
    return await _shown_round(session, row)


@routes.post("/evaluation-rounds/{round_id}/finalisation")
async def finalise_evaluation_round(
    caller: MayManage, round_id: RoundId, session: SessionDep, response: Response, _key: KeyOptional = None
) -> RoundOut:
    """Make the grades final: after notice and appeals, by another person than who scored."""
    row = await rounds.finalise_round(session, round_id=round_id, caller=caller)
    mark(response, row.version)
    return await _shown_round(session, row)


@routes.get("/evaluation-rounds/{round_id}/publication")
async def read_evaluation_publication(caller: MayRead, round_id: RoundId, session: SessionDep) -> PublicationOut:
    """Names and grades, once they are published."""
    return await _publication(session, round_id, caller)


@routes.get("/evaluation-rounds/{round_id}/publication-file", response_class=Response, responses=SHEETS)
async def download_evaluation_publication(caller: MayRead, round_id: RoundId, work: WorkDep) -> Response:
    """The same as a workbook."""
    shown = await _publication(await work.open(), round_id, caller)
    return _file(await drawn(work, partial(publication_xlsx, shown)), f"evaluation-{shown.year}.xlsx", XLSX)


@routes.get("/evaluation-rounds/{round_id}/ranking")
async def read_evaluation_ranking(caller: MayRank, round_id: RoundId, session: SessionDep) -> RankingOut:
    """Places and scores, for the city's staff. Empty until the round is scored."""
    return await _ranking(session, round_id, caller)


@routes.get("/evaluation-rounds/{round_id}/ranking-file", response_class=Response, responses=SHEETS)
async def download_evaluation_ranking(caller: MayRank, round_id: RoundId, work: WorkDep) -> Response:
    """The same as a workbook."""
    shown = await _ranking(await work.open(), round_id, caller)
    return _file(await drawn(work, partial(ranking_xlsx, shown)), f"evaluation-ranking-{shown.year}.xlsx", XLSX)


@routes.get("/evaluation-rounds/{round_id}/chart", response_class=Response, responses=CHARTS)
async def draw_evaluation_scores(caller: MayRank, round_id: RoundId, work: WorkDep) -> Response:
    """The best sixty scores of a round as bars, in the colours of their grades."""
    session = await work.open()
    row = await queries.find_round(session, round_id, caller=caller)
    shown = ranking_out(row, await queries.ranked(session, row.id))
    grades = [(grade.id, grade.zh) for grade in (await basis_of(session, row)).system.grades]
    return Response(await drawn(work, partial(scores_svg, shown, grades)), media_type=SVG)


@routes.get("/evaluations")
async def list_evaluations(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    round_id: RoundId | None = None,
    carrier_id: CarrierId | None = None,
    status: Status | None = None,
    evaluator: Annotated[Subject | None, Query()] = None,
) -> Page[EvaluationOut]:
    """All of the city for its staff; else those assigned to you, and those of carriers you run."""
    rows, cursor = await queries.list_evaluations(
        session, page, caller=caller, round_id=round_id, carrier_id=carrier_id, status=status, evaluator=evaluator
    )
    return Page(items=[evaluation_out(row, caller) for row in rows], next_cursor=cursor)


@routes.get("/evaluations/{evaluation_id}")
async def read_evaluation(
    caller: MayRead, evaluation_id: EvaluationId, session: SessionDep, response: Response
) -> EvaluationOut:
    """One carrier in one round, with its values and, once published, score, grade and their trace."""
    row = await queries.find_evaluation(session, evaluation_id, caller=caller)
    mark(response, row.version)
    return evaluation_out(row, caller)


@routes.put("/evaluations/{evaluation_id}/report")
async def report_indicators(
    caller: MayReport,
    evaluation_id: EvaluationId,
    body: ReportIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> EvaluationOut:
    """Hand in the carrier's own values, or replace them, until the end of the closing day."""
    row = await service.report(session, evaluation_id=evaluation_id, given=body, if_match=if_match, caller=caller)
    mark(response, row.version)
    return evaluation_out(row, caller)


@routes.put("/evaluations/{evaluation_id}/verification")
async def verify_indicators(
    caller: MayVerify,
    evaluation_id: EvaluationId,
    body: VerificationIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> EvaluationOut:
    """The assigned evaluator's verified values, each difference with its reason."""
    row = await service.verify(session, evaluation_id=evaluation_id, given=body, if_match=if_match, caller=caller)
    mark(response, row.version)
    return evaluation_out(row, caller)


@routes.post("/evaluations/{evaluation_id}/recusal", status_code=204)
async def stand_aside(
    caller: MayVerify, evaluation_id: EvaluationId, body: RecusalIn, session: SessionDep, _key: KeyOptional = None
) -> None:
    """The assigned evaluator stands aside for a carrier, for good."""
    await service.recuse(session, evaluation_id=evaluation_id, given=body, caller=caller)


@routes.post("/evaluations/{evaluation_id}/appeal", status_code=201)
async def appeal_against_grade(
    caller: MayReport,
    evaluation_id: EvaluationId,
    body: AppealIn,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EvaluationOut:
    """The operator appeals, once, within the working days the policy gives."""
    row = await service.appeal(session, evaluation_id=evaluation_id, given=body, caller=caller)
    mark(response, row.version)
    return evaluation_out(row, caller)


@routes.post("/evaluations/{evaluation_id}/appeal/answer")
async def answer_appeal(
    caller: MayManage,
    evaluation_id: EvaluationId,
    body: AnswerIn,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> EvaluationOut:
    """By somebody who took no part: rejected, corrected and graded again, or exempted."""
    row = await service.answer_appeal(session, evaluation_id=evaluation_id, given=body, caller=caller)
    mark(response, row.version)
    return evaluation_out(row, caller)


async def _shown_round(session: SessionDep, row: EvaluationRound) -> RoundOut:
    return round_out(row, (await queries.counts_of(session, [row.id]))[row.id])


async def _publication(session: SessionDep, round_id: UUID, caller: Caller) -> PublicationOut:
    row = await queries.find_round(session, round_id, caller=caller)
    notice = notice_out(row)
    if notice is None:
        raise NotFound
    return publication_out(row, await queries.ranked(session, row.id), notice)


async def _ranking(session: SessionDep, round_id: UUID, caller: Caller) -> RankingOut:
    row = await queries.find_round(session, round_id, caller=caller)
    return ranking_out(row, await queries.ranked(session, row.id))


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
