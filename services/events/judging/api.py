"""Routes of judges and of the rounds they score."""

from typing import Annotated

from fastapi import APIRouter, Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, OnceShown
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from kernel.schemas import Name
from services.events.competitions.organisations import related_pairs
from services.events.competitions.queries import find_edition
from services.events.competitions.schemas import EditionId
from services.events.judging import judges, queries, rounds, sealing
from services.events.judging.models import CompetitionJudge, JudgingRound
from services.events.judging.schemas import (
    AbsenceIn,
    DrawIn,
    JudgeChangeIn,
    JudgeId,
    JudgeIn,
    JudgeOut,
    RecusalIn,
    RoundId,
    RoundOut,
    RoundsOut,
    SeatOut,
    SheetIn,
    StandingOut,
    VerificationOut,
)
from services.events.judging.states import RoundStatus

routes: APIRouter = router(prefix="/v1/events", tags=["competitions: judging"])
MayManage = Annotated[Caller, may("competitions:manage")]
MayScore = Annotated[Caller, may("competitions:score")]
MayAudit = Annotated[Caller, may("competitions:audit")]


@routes.post("/judges", status_code=201)
async def enrol_judge(
    caller: MayManage, body: JudgeIn, session: SessionDep, response: Response, _key: OnceShown
) -> JudgeOut:
    """Enrol a judge, with the relations the judge declares."""
    return _judge(await judges.enrol_judge(session, given=body, caller=caller), response)


@routes.get("/judges")
async def list_judges(
    caller: MayManage, session: SessionDep, page: PageDep, field: Name | None = None
) -> Page[JudgeOut]:
    """The judges of the city."""
    rows, cursor = await queries.list_judges(session, page, caller=caller, field=field)
    return Page(items=[JudgeOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.patch("/judges/{judge_id}")
async def change_judge(
    caller: MayManage,
    judge_id: JudgeId,
    body: JudgeChangeIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> JudgeOut:
    """Unit, field, declared relations or availability."""
    row = await judges.change_judge(session, judge_id=judge_id, given=body, if_match=if_match, caller=caller)
    return _judge(row, response)


@routes.get("/competitions/{edition_id}/rounds")
async def list_competition_rounds(caller: MayAudit, edition_id: EditionId, session: SessionDep) -> RoundsOut:
    """The rounds of an edition in their order; at most ten."""
    edition = await find_edition(session, edition_id, caller=caller)
    rows = await queries.rounds_of_edition(session, edition.id)
    return RoundsOut(items=[RoundOut.of(row, edition.rounds[row.place].key) for row in rows])


@routes.post("/rounds/{round_id}/draw")
async def draw_round(
    caller: MayManage, round_id: RoundId, body: DrawIn, registry: Registry, work: WorkDep, _key: KeyOptional = None
) -> RoundOut:
    """Draw the order of the entries and, evenly, the judges of each, without those who have an interest."""
    field = await rounds.field_of(await work.open(), round_id=round_id, given=body, caller=caller)
    await work.close()  # the registry is asked without a transaction
    related = await related_pairs(registry, caller.city, field.pairs)
    session = await work.open()
    row = await rounds.draw_round(
        session, round_id=round_id, given=body, asked=field.pairs, related=related, caller=caller
    )
    return await _shown(session, row, caller)


@routes.get("/rounds/{round_id}/seats")
async def list_seats(
    caller: MayAudit, round_id: RoundId, session: SessionDep, page: PageDep, judge_id: JudgeId | None = None
) -> Page[SeatOut]:
    """Who judges what; the points show once the round is sealed."""
    row = await queries.find_round(session, round_id, caller=caller)
    seats, cursor = await queries.list_seats(session, page, round_id=row.id, judge_id=judge_id)
    is_sealed = row.status is RoundStatus.SEALED
    return Page(items=[SeatOut.of(one, is_sealed=is_sealed) for one in seats], next_cursor=cursor)


@routes.post("/rounds/{round_id}/sheets")
async def enter_sheet(
    caller: MayScore, round_id: RoundId, body: SheetIn, session: SessionDep, _key: KeyOptional = None
) -> SeatOut:
    """Enter a judge's points for an entry, or correct them with a reason while the round is not sealed."""
    return SeatOut.of(await rounds.enter_sheet(session, round_id=round_id, given=body, caller=caller), is_sealed=False)


@routes.post("/rounds/{round_id}/recusals")
async def recuse_judge(
    caller: MayScore, round_id: RoundId, body: RecusalIn, session: SessionDep, _key: KeyOptional = None
) -> RoundOut:
    """A judge declares an interest in an entry; another takes the seat."""
    row = await rounds.recuse(session, round_id=round_id, given=body, caller=caller)
    return await _shown(session, row, caller)


@routes.post("/rounds/{round_id}/absences")
async def mark_judge_absent(
    caller: MayScore, round_id: RoundId, body: AbsenceIn, session: SessionDep, _key: KeyOptional = None
) -> RoundOut:
    """A judge did not come: what the judge has not scored goes to others, while there are any."""
    row = await rounds.mark_absent(session, round_id=round_id, given=body, caller=caller)
    return await _shown(session, row, caller)


@routes.post("/rounds/{round_id}/seal")
async def seal_round(caller: MayManage, round_id: RoundId, session: SessionDep, _key: KeyOptional = None) -> RoundOut:
    """Close the scoring for good: rank the entries and keep the hash over all scores."""
    row = await sealing.seal_round(session, round_id=round_id, caller=caller)
    return await _shown(session, row, caller)


@routes.get("/rounds/{round_id}/standings")
async def list_standings(caller: MayAudit, round_id: RoundId, session: SessionDep, page: PageDep) -> Page[StandingOut]:
    """Of a sealed round, by group and place."""
    row = await queries.find_round(session, round_id, caller=caller)
    found, cursor = await queries.list_standings(session, page, round_id=row.id)
    return Page(items=[StandingOut.of(one) for one in found], next_cursor=cursor)


@routes.get("/rounds/{round_id}/verification")
async def verify_round(caller: MayAudit, round_id: RoundId, session: SessionDep) -> VerificationOut:
    """Compute scores, ranking and hash again, and compare with what was sealed."""
    return await sealing.verify_seal(session, round_id=round_id, caller=caller)


def _judge(row: CompetitionJudge, response: Response) -> JudgeOut:
    mark(response, row.version)
    return JudgeOut.model_validate(row)


async def _shown(session: SessionDep, row: JudgingRound, caller: Caller) -> RoundOut:
    edition = await find_edition(session, row.edition_id, caller=caller)
    return RoundOut.of(row, edition.rounds[row.place].key)
