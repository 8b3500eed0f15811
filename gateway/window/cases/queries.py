"""Reading cases."""

from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.cases.models import CaseFile, CorrectionNotice, Submission
from gateway.window.cases.states import Status
from gateway.window.feed.models import FeedEntry
from gateway.window.supplements.queries import cases_in
from gateway.window.supplements.states import Standing
from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import asked_for
from kernel.problems import NotFound
from policy.snapshots import Acceptance
from policy.store import accepted_now


def organisation_of(caller: Caller) -> UUID | None:
    """The organisation a client is bound to."""
    return UUID(caller.organisation_id) if caller.organisation_id else None


def visible_cases(caller: Caller) -> Select[UUID]:
    """Ids of the cases a caller may know of: those it acts in, and of its organisation; staff: all of the city."""
    statement = select(CaseFile.id).where(CaseFile.city_code == caller.city)
    if is_staff(caller):
        return statement
    organisation = organisation_of(caller)
    opened = and_(CaseFile.opened_by == caller.subject, CaseFile.entrusted_to.is_(None))
    mine = or_(opened, CaseFile.entrusted_to == caller.subject)
    return statement.where(or_(mine, CaseFile.applicant_id == organisation) if organisation else mine)


async def find_case(session: AsyncSession, caller: Caller, case_id: UUID, *, for_update: bool = False) -> CaseFile:
    """The case. Raises NotFound, also for a case the caller may not know of."""
    statement = select(CaseFile).where(CaseFile.id == case_id, CaseFile.id.in_(visible_cases(caller)))
    case = await session.scalar(statement.with_for_update() if for_update else statement)
    if case is None:
        raise NotFound
    return case


def decided_under(case: CaseFile) -> Acceptance:
    """The moment whose policy applies: acceptance, and until then now."""
    if case.accepted_on is not None and case.accepted_at is not None:
        return Acceptance(case.accepted_on, case.accepted_at)
    return accepted_now(case.city_code)


def cases_statement(
    caller: Caller, *, status: Status | None, item: str | None, applicant_id: UUID | None, number: str | None,
    supplement: Standing | None,
) -> Select[CaseFile]:  # fmt: skip
    """Cases of the caller by what is given; `supplement`: how the promise they have stands."""
    wanted = {CaseFile.status: status, CaseFile.item: item, CaseFile.applicant_id: applicant_id}
    statement = select(CaseFile).where(CaseFile.id.in_(visible_cases(caller)), *asked_for(wanted))
    if supplement is not None:
        statement = statement.where(CaseFile.id.in_(cases_in(caller.city, supplement)))
    if supplement is Standing.PROMISED:  # what was withdrawn, or accepted as complete, is nobody's to accept on it
        statement = statement.where(CaseFile.accepted_on.is_(None), CaseFile.outcome.is_(None))
    return statement.where(CaseFile.number == number.upper()) if number else statement


async def notice_of(session: AsyncSession, case_id: UUID) -> CorrectionNotice | None:
    """The correction notice, if one was issued."""
    return await session.get(CorrectionNotice, case_id)


async def submissions_of(session: AsyncSession, case_id: UUID) -> list[Submission]:
    """What was handed in, in order."""
    return list(
        await session.scalars(select(Submission).where(Submission.case_id == case_id).order_by(Submission.round))
    )


def timeline_statement(case_id: UUID) -> Select[FeedEntry]:
    """The lines of a case's timeline; order them by (occurred_at, seq)."""
    return select(FeedEntry).where(FeedEntry.case_id == case_id)


async def hold_case(session: AsyncSession, case_id: UUID) -> CaseFile | None:
    """Lock a case by its id, whether or not it exists yet, and read it: events may arrive before it is opened."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"case:{case_id}", 0))))
    case: CaseFile | None = await session.scalar(select(CaseFile).where(CaseFile.id == case_id).with_for_update())
    return case
