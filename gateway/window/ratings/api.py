"""The service rating (好差评): delivered cases are rated, bad ratings answered, and the counts published."""

from typing import Annotated

from fastapi import Path, Query, Response

from gateway.window.cases.queries import find_case
from gateway.window.cases.schemas import CaseId
from gateway.window.policies.queries import readable_city
from gateway.window.ratings import queries, service
from gateway.window.ratings.models import CaseRating
from gateway.window.ratings.schemas import AnswerIn, CityRatingsOut, OpinionIn, RatingLine, RatingOut
from gateway.window.ratings.service import Opinion, Reply
from gateway.window.ratings.states import Status
from gateway.window.ratings.views import city_ratings, policy_now, rating_line, rating_shown
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router

routes = router(prefix="/v1/window", tags=["ratings"])
MayRate = Annotated[Caller, may("cases:rate")]
MayReadCase = Annotated[Caller, may("cases:read")]
MayRead = Annotated[Caller, may("ratings:read")]
MayAnswer = Annotated[Caller, may("ratings:answer")]
MayReadPolicy = Annotated[Caller, may("policies:read")]
City = Annotated[str, Path(max_length=20, description="GB/T 2260 code, or a sandbox of it", examples=["320300"])]


@routes.post("/cases/{case_id}/rating", status_code=201)
async def rate_case(
    caller: MayRate, case_id: CaseId, body: OpinionIn, session: SessionDep, response: Response, _key: KeyRequired
) -> RatingOut:
    """Rate a delivered case, once. The two lowest grades open a follow-up for the department."""
    rating = await service.rate_case(session, caller=caller, case_id=case_id, opinion=_opinion(body))
    return await _answer(session, response, rating)


@routes.get("/cases/{case_id}/rating")
async def read_rating(caller: MayReadCase, case_id: CaseId, session: SessionDep, response: Response) -> RatingOut:
    """The rating of a case with its follow-up."""
    case = await find_case(session, caller, case_id)
    return await _answer(session, response, await queries.find_rating(session, case.id))


@routes.post("/cases/{case_id}/rating/correction")
async def correct_rating(
    caller: MayRate, case_id: CaseId, body: OpinionIn, if_match: IfMatch, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> RatingOut:  # fmt: skip
    """Another opinion in place of the first, as long as nobody has answered it."""
    rating = await service.correct_rating(
        session, caller=caller, case_id=case_id, if_match=if_match, opinion=_opinion(body)
    )
    return await _answer(session, response, rating)


@routes.post("/cases/{case_id}/rating/answer")
async def answer_rating(
    caller: MayAnswer, case_id: CaseId, body: AnswerIn, if_match: IfMatch, session: SessionDep, response: Response,
    _key: KeyOptional = None,
) -> RatingOut:  # fmt: skip
    """Whether a bad rating is justified and what is done about it, by an officer who did not handle the case."""
    reply = Reply(verdict=body.verdict, measure=body.measure, called_back_on=body.called_back_on)
    rating = await service.answer_rating(session, caller=caller, case_id=case_id, if_match=if_match, reply=reply)
    return await _answer(session, response, rating)


@routes.get("/ratings")
async def list_ratings(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Annotated[Status | None, Query(description="`open`: bad ratings that wait for an answer")] = None,
    item: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[RatingLine]:
    """Ratings of the city, oldest first, without what was written."""
    found = queries.ratings_statement(caller, status=status, item=item)
    rows, cursor = await page_of(session, found, page, (CaseRating.recorded_at, CaseRating.case_id))
    snapshot = await policy_now(session, caller.city)
    return Page[RatingLine](items=[rating_line(row, snapshot) for row in rows], next_cursor=cursor)


@routes.get("/policies/{city}/ratings")
async def read_city_ratings(caller: MayReadPolicy, city: City, session: SessionDep) -> CityRatingsOut:
    """What everybody may know: counts and averages by service item and of the city, of groups that are not small."""
    return await city_ratings(session, await policy_now(session, readable_city(caller, city)))


def _opinion(body: OpinionIn) -> Opinion:
    return Opinion(grade=body.grade, tags=list(dict.fromkeys(body.tags)), text=body.text)


async def _answer(session: SessionDep, response: Response, rating: CaseRating) -> RatingOut:
    mark(response, rating.version)
    return await rating_shown(session, rating)
