"""Counting the window's own: cases by item and status, and bad ratings that wait."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.cases.models import CaseFile
from gateway.window.cases.states import Status
from gateway.window.overview.rules import CaseCount
from gateway.window.ratings.models import CaseRating
from gateway.window.ratings.states import Status as RatingStatus

UNDECIDED = (Status.ACCEPTED, Status.IN_REVIEW)


async def case_counts(session: AsyncSession, city_code: str, *, on: date) -> list[CaseCount]:
    """All cases of a city, from one index. Overdue: not decided on the day the applicant was told."""
    late = func.count().filter(CaseFile.status.in_(UNDECIDED), CaseFile.told_due_on < on)
    noticed = func.count().filter(CaseFile.status == Status.IN_REVIEW, CaseFile.waits_until.is_not(None))
    wanted = (
        select(CaseFile.item, CaseFile.status, func.count(), late, noticed)
        .where(CaseFile.city_code == city_code)
        .group_by(CaseFile.item, CaseFile.status)
        .order_by(CaseFile.item, CaseFile.status)
    )
    return [CaseCount(*row) for row in await session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Bad ratings nobody has answered."""

    ratings: int
    oldest_on: date | None


async def unanswered(session: AsyncSession, city_code: str) -> Unanswered:
    """How many wait, and since when the first does."""
    wanted = select(func.count(), func.min(CaseRating.opened_on)).where(
        CaseRating.city_code == city_code, CaseRating.status == RatingStatus.OPEN
    )
    return Unanswered(*(await session.execute(wanted)).one())
