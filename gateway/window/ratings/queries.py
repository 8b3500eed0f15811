"""Reading ratings: one, the list of a city, who handled a case, and the counts that are published."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BigInteger, Select, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.cases.models import CaseFile
from gateway.window.cases.queries import notice_of
from gateway.window.feed.models import FeedEntry
from gateway.window.ratings.grades import GRADES
from gateway.window.ratings.models import CaseRating
from gateway.window.ratings.rules import Delivered, Rated
from gateway.window.ratings.states import Status
from kernel.auth import Caller
from kernel.paging import asked_for
from kernel.problems import NotFound


async def find_rating(session: AsyncSession, case_id: UUID) -> CaseRating:
    """The rating of a case the caller may know of. Raises NotFound."""
    rating = await session.get(CaseRating, case_id)
    if rating is None:
        raise NotFound
    return rating


def ratings_statement(caller: Caller, *, status: Status | None, item: str | None) -> Select[CaseRating]:
    """Ratings of the caller's city by what is given."""
    wanted = {CaseRating.status: status, CaseRating.item: item}
    return select(CaseRating).where(CaseRating.city_code == caller.city, *asked_for(wanted))


async def handlers_of(session: AsyncSession, case: CaseFile) -> set[str]:
    """The people who acted on a case, here and in the service that decided it."""
    acted = select(FeedEntry.actor).where(FeedEntry.case_id == case.id, FeedEntry.actor.startswith("person:"))
    notice = await notice_of(session, case.id)
    known = {*(await session.scalars(acted.distinct())), case.accepted_by, notice.issued_by if notice else None}
    return {person for person in known if person}


async def rated_by_item(session: AsyncSession, city_code: str) -> list[Rated]:
    """Ratings of a city by item, in order."""
    by_grade = {grade: func.count().filter(CaseRating.grade == grade) for grade in GRADES}
    wanted = (
        select(CaseRating.item, func.count(CaseRating.applicant_id.distinct()), *by_grade.values())
        .where(CaseRating.city_code == city_code)
        .group_by(CaseRating.item)
        .order_by(CaseRating.item)
    )
    return [
        Rated(item, dict(zip(by_grade, counts, strict=True)), applicants)
        for item, applicants, *counts in await session.execute(wanted)
    ]


async def applicants_behind(session: AsyncSession, city_code: str, items: Sequence[str]) -> int:
    """How many applicants rated any of these items."""
    wanted = select(func.count(CaseRating.applicant_id.distinct())).where(
        CaseRating.city_code == city_code, CaseRating.item.in_(items)
    )
    return await session.scalar(wanted) or 0 if items else 0


async def delivered_by_item(session: AsyncSession, city_code: str) -> dict[str, Delivered]:
    """Delivered cases of a city by item."""
    days = func.coalesce(type_coerce(func.sum(CaseFile.delivered_on - CaseFile.accepted_on), BigInteger), 0)
    wanted = (
        select(CaseFile.item, func.count(), days)
        .where(CaseFile.city_code == city_code, CaseFile.delivered_on.is_not(None))
        .group_by(CaseFile.item)
    )
    return {item: Delivered(cases, took) for item, cases, took in await session.execute(wanted)}
