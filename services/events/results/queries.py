"""Reads of results, objections, prizes and what prizes led to."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.events.competitions.models import CompetitionEdition
from services.events.results.models import CompetitionObjection, CompetitionPrize, CompetitionResult, PrizeBenefit

AUDITS = frozenset({"competitions:audit"})


async def find_result(
    session: AsyncSession, edition_id: UUID, *, caller: Caller | None, for_update: bool = False
) -> CompetitionResult:
    """Of an edition, with anybody's city where there is no caller: a result is public. Raises NotFound."""
    row = await result_of(session, edition_id, for_update=for_update)
    if row is None:
        raise NotFound
    if caller is not None:
        caller.must_act_in(row.city_code)
    return row


async def result_of(session: AsyncSession, edition_id: UUID, *, for_update: bool = False) -> CompetitionResult | None:
    """None while no notice was given."""
    statement = select(CompetitionResult).where(CompetitionResult.edition_id == edition_id)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: CompetitionResult | None = await session.scalar(statement)
    return row


async def read_result_for_timer(session: AsyncSession, result_id: UUID) -> CompetitionResult:
    """Whichever city it belongs to, locked."""
    return await session.get_one(CompetitionResult, result_id, with_for_update=True)


async def list_objections(
    session: AsyncSession, page: PageQuery, *, result_id: UUID
) -> tuple[list[CompetitionObjection], str | None]:
    """In the order they were filed."""
    statement = select(CompetitionObjection).where(CompetitionObjection.result_id == result_id)
    return await page_of(session, statement, page, (CompetitionObjection.recorded_at, CompetitionObjection.id))


async def find_objection(session: AsyncSession, objection_id: UUID, *, caller: Caller) -> CompetitionObjection:
    """Of the caller's city, locked. Raises NotFound."""
    same = (CompetitionObjection.id == objection_id, CompetitionObjection.city_code == caller.city)
    row: CompetitionObjection | None = await session.scalar(select(CompetitionObjection).where(*same).with_for_update())
    if row is None:
        raise NotFound
    return row


async def objections_waiting(session: AsyncSession, result_id: UUID) -> int:
    """Those neither answered nor withdrawn."""
    waiting = (CompetitionObjection.upheld.is_(None), CompetitionObjection.withdrawn_at.is_(None))
    of_result = select(func.count()).where(CompetitionObjection.result_id == result_id, *waiting)
    return await session.scalar(of_result) or 0


async def whole_upheld(session: AsyncSession, result_id: UUID) -> bool:
    """Whether an objection against the whole result, not against one entry, was upheld."""
    against_all = (CompetitionObjection.result_id == result_id, CompetitionObjection.entry_id.is_(None))
    return bool(await session.scalar(select(exists().where(*against_all, CompetitionObjection.upheld.is_(True)))))


async def find_prize(session: AsyncSession, prize_id: UUID, *, caller: Caller) -> CompetitionPrize:
    """Of the caller's city, with its edition, locked. Raises NotFound."""
    statement = _prizes().where(CompetitionPrize.id == prize_id, CompetitionPrize.city_code == caller.city)
    row: CompetitionPrize | None = await session.scalar(statement.with_for_update(of=CompetitionPrize))
    if row is None:
        raise NotFound
    return row


async def prizes_held(
    session: AsyncSession, city_code: str, organisations: Sequence[UUID], *, on: date
) -> list[CompetitionPrize]:
    """What these organisations had won on a day and had not lost, with editions and series."""
    held = (CompetitionPrize.organisation_id.in_(organisations), CompetitionPrize.city_code == city_code)
    statement = _prizes().where(*held, CompetitionPrize.awarded_on <= on, _stands(on))
    return list(await session.scalars(statement.order_by(CompetitionPrize.awarded_on, CompetitionPrize.id)))


async def wins_of(session: AsyncSession, series_id: UUID, organisations: Sequence[UUID]) -> int:
    """Prizes of all editions of a series that these organisations won and that stand."""
    of_series = select(func.count()).select_from(CompetitionPrize).join(CompetitionEdition)
    won = (CompetitionEdition.series_id == series_id, CompetitionPrize.organisation_id.in_(organisations))
    return await session.scalar(of_series.where(*won, CompetitionPrize.revoked_on.is_(None))) or 0


async def attach_prizes(session: AsyncSession, entry_id: UUID, organisation_id: UUID) -> None:
    """What a team won is its firm's from now on."""
    own = update(CompetitionPrize).where(CompetitionPrize.entry_id == entry_id)
    await session.execute(own.values(organisation_id=organisation_id))


async def benefits_of(session: AsyncSession, prize_ids: Sequence[UUID]) -> dict[UUID, list[PrizeBenefit]]:
    """What each of the prizes led to, in the order it was granted."""
    found: dict[UUID, list[PrizeBenefit]] = {one: [] for one in prize_ids}
    wanted = select(PrizeBenefit).where(PrizeBenefit.prize_id.in_(prize_ids))
    for row in await session.scalars(wanted.order_by(PrizeBenefit.recorded_at, PrizeBenefit.id)):
        found[row.prize_id].append(row)
    return found


def _stands(on: date) -> ColumnElement[bool]:
    return or_(CompetitionPrize.revoked_on.is_(None), CompetitionPrize.revoked_on > on)


def _prizes() -> Select[CompetitionPrize]:
    loaded = selectinload(CompetitionPrize.edition).selectinload(CompetitionEdition.series)
    return select(CompetitionPrize).options(loaded).execution_options(populate_existing=True)
