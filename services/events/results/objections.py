"""Objections during the notice: filed by name, withdrawn by who filed, or answered by a second officer; one upheld
disqualifies a winner.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import encode_id, new_id
from kernel.problems import Conflict, InvalidMember, NotFound, refuse_if
from services.events.competitions.entries import EditionNotOpen
from services.events.competitions.queries import find_edition
from services.events.competitions.states import EditionStatus
from services.events.results.leaving import disqualify_entry
from services.events.results.models import CompetitionObjection, CompetitionResult
from services.events.results.queries import find_objection, find_result
from services.events.results.rules import answer_findings, objection_findings
from services.events.results.schemas import AnswerIn, ObjectionIn
from services.events.results.states import Status


class ObjectionAnswered(Conflict):
    code, title_zh, title_en = "objection_answered", "该异议已处理", "The objection was answered already"


class ObjectionWithdrawn(Conflict):
    code, title_zh, title_en = "objection_withdrawn", "该异议已撤回", "The objection was withdrawn"


class ResultPublished(Conflict):
    code, title_zh, title_en = "result_published", "结果已公布", "The result was published already"


class NotAWinner(InvalidMember):
    code, title_zh, title_en = "not_a_winner", "所列项目不在公示名单中", "No such entry is among those on notice"
    pointer = "/entry_id"


async def file_objection(
    session: AsyncSession, *, edition_id: UUID, given: ObjectionIn, caller: Caller
) -> CompetitionObjection:
    """Until the last evening of the notice, by the city's date and not by the timer's punctuality."""
    edition = await find_edition(session, edition_id, caller=caller, for_update=True)
    result = await find_result(session, edition.id, caller=caller, for_update=True)
    if edition.status is EditionStatus.CANCELLED:
        raise EditionNotOpen
    if result.status is Status.PUBLISHED:
        raise ResultPublished
    if given.entry_id is not None and encode_id("cen", given.entry_id) not in _on_notice(result):
        raise NotAWinner
    refuse_if(objection_findings(closes_on=result.closes_on, today=clock.today(result.city_code)))
    row = CompetitionObjection(
        id=new_id(),
        city_code=result.city_code,
        result_id=result.id,
        filed_by=caller.acting_for,
        filed_at=clock.now(result.city_code),
        **given.model_dump(),
    )
    session.add(row)
    await session.flush()
    return row


async def withdraw_objection(session: AsyncSession, *, objection_id: UUID, caller: Caller) -> CompetitionObjection:
    """By who filed it, while nobody has answered: it is kept, and holds up nothing. Raises NotFound for others."""
    row = await find_objection(session, objection_id, caller=caller)
    if row.filed_by != caller.acting_for:
        raise NotFound
    _must_wait(row)
    row.withdrawn_at = clock.now(row.city_code)
    await session.flush()
    return row


async def answer_objection(
    session: AsyncSession, *, objection_id: UUID, given: AnswerIn, caller: Caller
) -> CompetitionObjection:
    """Once. Upheld against a winner, the winner is disqualified and the next moves up on a new notice."""
    row = await find_objection(session, objection_id, caller=caller)
    result = await session.get_one(CompetitionResult, row.result_id)
    _must_wait(row)
    refuse_if(answer_findings(by=caller.acting_for, noticed_by=result.noticed_by, filed_by=row.filed_by))
    row.upheld, row.opinion = given.upheld, given.opinion
    row.answered_by, row.answered_at = caller.acting_for, clock.now(row.city_code)
    await session.flush()
    if given.upheld and row.entry_id is not None and encode_id("cen", row.entry_id) in _on_notice(result):
        await disqualify_entry(session, entry_id=row.entry_id, reason=given.opinion, if_match="*", caller=caller)
    return row


def _must_wait(row: CompetitionObjection) -> None:
    """Neither answered nor withdrawn."""
    if row.upheld is not None:
        raise ObjectionAnswered
    if row.withdrawn_at is not None:
        raise ObjectionWithdrawn


def _on_notice(result: CompetitionResult) -> set[str]:
    return {one["entry_id"] for one in result.winners}
