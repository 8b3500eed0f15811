"""Routes of assessment scores."""

from typing import Annotated

from fastapi import Query

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.progress.scores import queries, service
from services.registry.progress.scores.models import Score
from services.registry.progress.scores.schemas import ScoreId, ScoreIn, ScoreOut

YearAsked = Annotated[int | None, Query(ge=2000, le=2999)]
MayRead = Annotated[Caller, may("progress:read")]
MayManage = Annotated[Caller, may("progress:manage")]

routes = router(prefix="/v1/registry/progress/scores", tags=["registry: progress"])


@routes.post("", status_code=201)
async def enter_score(caller: MayManage, body: ScoreIn, session: SessionDep, _key: KeyOptional = None) -> ScoreOut:
    """Enter the assessment score of a county or department for a year."""
    return _shown(await service.enter_score(session, given=body, caller=caller))


@routes.get("")
async def list_scores(caller: MayRead, session: SessionDep, page: PageDep, year: YearAsked = None) -> Page[ScoreOut]:
    """Scores: all for the staff of the city, else the confirmed ones of who you report for."""
    rows, cursor = await queries.list_scores(session, page, caller=caller, year=year)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.post("/{score_id}/confirmation")
async def confirm_score(
    caller: MayManage, score_id: ScoreId, session: SessionDep, _key: KeyOptional = None
) -> ScoreOut:
    """Confirm a score; by another person than who entered it."""
    return _shown(await service.confirm_score(session, score_id=score_id, caller=caller))


@routes.post("/{score_id}/withdrawal")
async def withdraw_score(
    caller: MayManage, score_id: ScoreId, session: SessionDep, _key: KeyOptional = None
) -> ScoreOut:
    """Withdraw a score that nobody has confirmed."""
    return _shown(await service.withdraw_score(session, score_id=score_id, caller=caller))


def _shown(row: Score) -> ScoreOut:
    plain = {name: getattr(row, name) for name in ScoreOut.model_fields if name != "reporter"}
    return ScoreOut(**plain, reporter=row.reporter.name)
