"""Reads of the pool. Who serves is public in the city; an application exists for who made it and the staff."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.mentors.pool.models import (
    Mentor,
    MentorAssessment,
    MentorClass,
    MentorInterest,
    MentorTerm,
    Tier,
)
from services.registry.mentors.pool.states import Status
from services.registry.organisations.models import Organisation


def seen_by(caller: Caller, *, after_end: bool = False) -> ColumnElement[bool]:
    """The entries of the caller's city that exist for the caller."""
    in_city = Mentor.city_code == caller.city
    if is_staff(caller):
        return in_city
    public = (Status.ADMITTED, Status.ENDED) if after_end else (Status.ADMITTED,)
    return in_city & or_(Mentor.status.in_(public), Mentor.applied_by == caller.subject)


async def find_mentor(
    session: AsyncSession, mentor_id: UUID, *, caller: Caller, for_update: bool = False, after_end: bool = False
) -> Mentor:
    """With person and terms; `after_end` takes one that has ended too, for the days it served. Raises NotFound."""
    statement = _whole().where(Mentor.id == mentor_id, seen_by(caller, after_end=after_end))
    row: Mentor | None = await session.scalar(statement.with_for_update(of=Mentor) if for_update else statement)
    if row is None:
        raise NotFound
    return row


async def admitted_entry(session: AsyncSession, person_id: UUID, tier: Tier) -> Mentor | None:
    """The person's entry that was admitted to the tier and not ended; locked."""
    wanted = _whole().where(Mentor.person_id == person_id, Mentor.tier == tier, Mentor.status == Status.ADMITTED)
    row: Mentor | None = await session.scalar(wanted.with_for_update(of=Mentor))
    return row


async def list_mentors(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    tier: Tier | None,
    mentor_class: MentorClass | None,
    status: Status | None,
) -> tuple[list[Mentor], str | None]:
    """In the order they applied."""
    wanted = {Mentor.tier: tier, Mentor.mentor_class: mentor_class, Mentor.status: status}
    statement = _whole().where(seen_by(caller), *asked_for(wanted))
    return await page_of(session, statement, page, (Mentor.recorded_at, Mentor.id))


async def must_be_here(session: AsyncSession, organisation_id: UUID, city_code: str) -> None:
    """An organisation of this city, whoever entered it. Raises NotFound."""
    wanted = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.city_code == city_code)
    if await session.scalar(wanted) is None:
        raise NotFound


async def interests_of(session: AsyncSession, person_id: UUID, organisation_id: UUID, on: date) -> Sequence[str]:
    """The kinds of interest the person has in the organisation on the day."""
    stands = (MentorInterest.since_on <= on, or_(MentorInterest.until_on.is_(None), MentorInterest.until_on > on))
    mine = (MentorInterest.person_id == person_id, MentorInterest.organisation_id == organisation_id)
    found = await session.scalars(select(MentorInterest.kind).where(*mine, *stands).distinct())
    return sorted(kind.value for kind in found)


async def last_assessment(session: AsyncSession, mentor_id: UUID) -> MentorAssessment | None:
    """The newest one."""
    newest = select(MentorAssessment).where(MentorAssessment.mentor_id == mentor_id)
    found: MentorAssessment | None = await session.scalar(newest.order_by(MentorAssessment.year.desc()).limit(1))
    return found


async def count_mentors(session: AsyncSession, city_code: str, *, since: date | None, until: date) -> int:
    """People who serve on the last day; with `since`, who began to serve since then. One person is one, in any tier."""
    if since is None:
        stands = and_(
            MentorTerm.starts_on <= until,
            or_(MentorTerm.ends_on.is_(None), MentorTerm.ends_on > until),
            or_(Mentor.ended_on.is_(None), Mentor.ended_on > until),
        )
    else:
        stands = MentorTerm.starts_on.between(since, until)
    wanted = select(func.count(Mentor.person_id.distinct())).join(MentorTerm, MentorTerm.mentor_id == Mentor.id)
    return await session.scalar(wanted.where(Mentor.city_code == city_code, stands)) or 0


def _whole() -> Select[Mentor]:
    loaded = (selectinload(Mentor.person), selectinload(Mentor.terms))
    return select(Mentor).options(*loaded).execution_options(populate_existing=True)
