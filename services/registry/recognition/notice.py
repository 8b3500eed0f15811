"""The public notice: published for a number of working days, open to objections, closed by the city's clock."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import NoticeEnded, NoticePublished
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, refuse_if
from kernel.timers import Timer, schedule_after
from kernel.workdays import Workdays, is_news, settled
from policy.calendar import workdays
from policy.store import load_determination
from services.registry.recognition.models import Objection, Recognition
from services.registry.recognition.queries import (
    find_objection,
    find_published,
    find_recognition,
    find_to_decide,
    objections_by_answer,
    objections_to,
    provisional_notices,
    read_for_timer,
)
from services.registry.recognition.rules import answer_findings, objection_findings
from services.registry.recognition.schemas import ObjectionIn, ResolutionIn
from services.registry.recognition.states import ENDED, MOVES, Fact, Status
from services.registry.recounting.telling import tell_settled

NOTICE_CLOSES = "recognition.notice_closes"


class ObjectionAnswered(Conflict):
    code, title_zh, title_en = "objection_answered", "该异议已处理", "The objection was answered already"


class ObjectionWithdrawn(Conflict):
    code, title_zh, title_en = "objection_withdrawn", "该异议已撤回", "The objection was withdrawn"


class RecognitionEnded(Conflict):
    code, title_zh, title_en = "recognition_ended", "该认定已办结", "The recognition has ended"


async def publish_notice(session: AsyncSession, row: Recognition, working_days: int) -> None:
    """The day of publication is not counted; the notice stands until midnight after its last working day.

    A provisional last day is counted again every morning, at each objection, and before it closes.
    """
    row.status = status_after(Fact.NOTICE_PUBLISHED, row.status, MOVES[row.way])
    published_on = clock.today(row.city_code)
    deadline = workdays().add(published_on, working_days)
    row.published_on, row.closes_on, row.notice_provisional = published_on, deadline.on, deadline.provisional
    await schedule_after(session, deadline.on, kind=NOTICE_CLOSES, object_id=row.id, city_code=row.city_code)
    published = NoticePublished(
        case_id=row.case_id,
        recognition_id=row.id,
        published_on=published_on,
        closes_on=deadline.on,
        provisional=deadline.provisional,
    )
    await record(session, published, city_code=row.city_code, subject=row.case_id)


async def recount_notices(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional notice of the city."""
    for row in await provisional_notices(session, city_code):
        await _resettle(session, row, days)


async def close_notice(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer at the end of the last day."""
    row = await read_for_timer(session, UUID(timer.object_id))
    if row.status is not Status.ON_NOTICE:
        return
    await _resettle(session, row, workdays())
    if row.closes_on is not None and row.closes_on >= clock.today(row.city_code):
        return  # moved later, and its timer with it
    row.status = status_after(Fact.NOTICE_CLOSED, row.status, MOVES[row.way])
    answers = await objections_by_answer(session, row.id)
    ended = NoticeEnded(case_id=row.case_id, recognition_id=row.id, objections=sum(answers.values()))
    await record(session, ended, city_code=row.city_code, subject=row.case_id)


async def file_objection(
    session: AsyncSession, *, recognition_id: UUID, given: ObjectionIn, caller: Caller
) -> Objection:
    """Until the last evening of the notice, by the city's date and not by the timer's punctuality."""
    row = await find_published(session, recognition_id, caller=caller)
    if row.status is Status.LAPSED:
        raise RecognitionEnded  # its notice was taken down before its last day
    if row.status is Status.ON_NOTICE:
        await _resettle(session, row, workdays())
    refuse_if(objection_findings(closes_on=row.closes_on, today=clock.today(row.city_code)))
    objection = Objection(
        id=new_id(),
        city_code=row.city_code,
        recognition_id=row.id,
        filed_by=caller.acting_for,
        filed_at=clock.now(row.city_code),
        **given.model_dump(),
    )
    session.add(objection)
    return objection


async def answer_objection(
    session: AsyncSession, *, recognition_id: UUID, objection_id: UUID, given: ResolutionIn, caller: Caller
) -> Objection:
    """Each is answered once, before the decision, and not by whoever filed it."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    if row.status in ENDED:
        raise RecognitionEnded
    objection = await find_objection(session, row.id, objection_id)
    _must_wait(objection)
    refuse_if(answer_findings(filed_by=objection.filed_by, answered_by=caller.acting_for))
    objection.upheld, objection.opinion = given.upheld, given.opinion
    objection.resolved_by, objection.resolved_at = caller.acting_for, clock.now(row.city_code)
    return objection


async def withdraw_objection(
    session: AsyncSession, *, recognition_id: UUID, objection_id: UUID, caller: Caller
) -> Objection:
    """By whoever filed it; to everybody else it does not exist. What was answered stays answered."""
    row = await find_published(session, recognition_id, caller=caller)
    objection = await find_objection(session, row.id, objection_id)
    if objection.filed_by != caller.acting_for:
        raise NotFound
    if row.status in ENDED:
        raise RecognitionEnded
    _must_wait(objection)
    objection.withdrawn_at = clock.now(row.city_code)
    return objection


async def read_objections(session: AsyncSession, *, recognition_id: UUID, caller: Caller) -> Sequence[Objection]:
    """For who handles the case."""
    row = await find_recognition(session, recognition_id, caller=caller)
    return await objections_to(session, row.id)


def _must_wait(objection: Objection) -> None:
    if objection.upheld is not None:
        raise ObjectionAnswered
    if objection.withdrawn_at is not None:
        raise ObjectionWithdrawn


async def _resettle(session: AsyncSession, row: Recognition, days: Workdays) -> None:
    """Count a provisional notice again by the calendar of now. What the public was told is never moved earlier."""
    if not row.notice_provisional or row.published_on is None or row.closes_on is None:
        return
    assert row.determination_id is not None  # noqa: S101 - nothing is published unreviewed
    determination = await load_determination(session, row.city_code, row.determination_id)
    told_on = row.closes_on
    due = settled(told_on, days.add(row.published_on, determination.terms["notice_working_days"]))
    if not is_news(told_on, due):
        return
    row.closes_on, row.notice_provisional = due.on, due.provisional
    await schedule_after(session, due.on, kind=NOTICE_CLOSES, object_id=row.id, city_code=row.city_code)
    await tell_settled(
        session, row.city_code, kind="recognition_notice", object_id=row.id, told_on=told_on, due=due,
        organisation_id=row.applicant_id, case_id=row.case_id,
    )  # fmt: skip
