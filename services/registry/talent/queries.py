"""Reads of supported people: for who applied for them and the staff of the city, and nobody else."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.mentors.pool.models import Mentor
from services.registry.mentors.pool.states import Status as MentorStatus
from services.registry.parties.models import Party
from services.registry.talent.models import TalentStatus
from services.registry.talent.rules import TalentKind
from services.registry.talent.states import STANDING, Status


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The statuses of the caller's city that exist for the caller."""
    in_city = TalentStatus.city_code == caller.city
    return in_city if is_staff(caller) else in_city & (TalentStatus.applied_by == caller.subject)


async def find_talent(
    session: AsyncSession, talent_id: UUID, *, caller: Caller, for_update: bool = False
) -> TalentStatus:
    """With the person. Raises NotFound."""
    statement = _whole().where(TalentStatus.id == talent_id, seen_by(caller))
    row: TalentStatus | None = await session.scalar(
        statement.with_for_update(of=TalentStatus) if for_update else statement
    )
    if row is None:
        raise NotFound
    return row


async def run_out_status(session: AsyncSession, person_id: UUID, kind: TalentKind, today: date) -> TalentStatus | None:
    """The person's confirmed status of the kind whose term is over; locked."""
    run_out = (TalentStatus.status == Status.CONFIRMED, TalentStatus.ends_on <= today)
    wanted = select(TalentStatus).where(TalentStatus.person_id == person_id, TalentStatus.kind == kind, *run_out)
    row: TalentStatus | None = await session.scalar(wanted.with_for_update())
    return row


async def list_talent(
    session: AsyncSession, page: PageQuery, *, caller: Caller, kind: TalentKind | None, status: Status | None
) -> tuple[list[TalentStatus], str | None]:
    """In the order they were applied for."""
    wanted = {TalentStatus.kind: kind, TalentStatus.status: status}
    statement = _whole().where(seen_by(caller), *asked_for(wanted))
    return await page_of(session, statement, page, (TalentStatus.recorded_at, TalentStatus.id))


async def count_talent(session: AsyncSession, city_code: str, on: date) -> tuple[int, dict[str, int]]:
    """People with a confirmed or since ended status that stood on the day; who withdrew is not counted."""
    stood = (
        TalentStatus.city_code == city_code,
        TalentStatus.status.in_((Status.CONFIRMED, Status.ENDED)),
        TalentStatus.starts_on <= on,
        or_(TalentStatus.ends_on.is_(None), TalentStatus.ends_on > on),
    )
    person = func.count(TalentStatus.person_id.distinct())
    people = await session.scalar(select(person).where(*stood)) or 0
    rows = await session.execute(select(TalentStatus.kind, person).where(*stood).group_by(TalentStatus.kind))
    return people, {kind.value: number for kind, number in sorted(rows.all())}


async def terms_before(session: AsyncSession, row: TalentStatus) -> Sequence[tuple[date, date]]:
    """Other terms of the same status of the same person, confirmed ones and ended ones, until the day after each."""
    earlier = (
        TalentStatus.person_id == row.person_id,
        TalentStatus.kind == row.kind,
        TalentStatus.id != row.id,
        TalentStatus.status.in_((Status.CONFIRMED, Status.ENDED)),
        TalentStatus.ends_on.is_not(None),
    )
    wanted = select(TalentStatus.starts_on, TalentStatus.ends_on).where(*earlier).order_by(TalentStatus.starts_on)
    return [(begins, ends) for begins, ends in await session.execute(wanted) if ends is not None]


async def is_needed(session: AsyncSession, person_id: UUID) -> bool:
    """Whether another status, an entry in the pool of mentors, or a part in an organisation rests on who they are."""
    status = exists().where(TalentStatus.person_id == person_id, TalentStatus.status.in_(STANDING))
    entry = exists().where(
        Mentor.person_id == person_id, Mentor.status.in_((MentorStatus.APPLIED, MentorStatus.ADMITTED))
    )
    part = exists().where(Party.holder_person_id == person_id)
    return bool(await session.scalar(select(or_(status, entry, part))))


def _whole() -> Select[TalentStatus]:
    loaded = selectinload(TalentStatus.person)
    return select(TalentStatus).options(loaded).execution_options(populate_existing=True)
