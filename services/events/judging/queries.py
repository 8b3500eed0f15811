"""Reads of judges, rounds, seats and standings."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.events.judging.models import CompetitionJudge, JudgingRound, JudgingSeat, JudgingStanding


async def list_judges(
    session: AsyncSession, page: PageQuery, *, caller: Caller, field: str | None
) -> tuple[list[CompetitionJudge], str | None]:
    """The judges of the city, in the order they were enrolled."""
    statement = select(CompetitionJudge).where(CompetitionJudge.city_code == caller.city)
    statement = statement.where(*asked_for({CompetitionJudge.field: field}))
    return await page_of(session, statement, page, (CompetitionJudge.recorded_at, CompetitionJudge.id))


async def find_judge(session: AsyncSession, judge_id: UUID, *, caller: Caller) -> CompetitionJudge:
    """Locked. Raises NotFound."""
    same = (CompetitionJudge.id == judge_id, CompetitionJudge.city_code == caller.city)
    row: CompetitionJudge | None = await session.scalar(select(CompetitionJudge).where(*same).with_for_update())
    if row is None:
        raise NotFound
    return row


async def judges_named(session: AsyncSession, judge_ids: Sequence[UUID], *, caller: Caller) -> list[CompetitionJudge]:
    """Those of these who belong to the caller's city, by id."""
    wanted = (CompetitionJudge.id.in_(judge_ids), CompetitionJudge.city_code == caller.city)
    return list(await session.scalars(select(CompetitionJudge).where(*wanted).order_by(CompetitionJudge.id)))


async def find_round(
    session: AsyncSession, round_id: UUID, *, caller: Caller, for_update: bool = False
) -> JudgingRound:
    """Of the caller's city. Raises NotFound."""
    statement = select(JudgingRound).where(JudgingRound.id == round_id, JudgingRound.city_code == caller.city)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: JudgingRound | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def rounds_of_edition(session: AsyncSession, edition_id: UUID) -> list[JudgingRound]:
    """In their order."""
    wanted = select(JudgingRound).where(JudgingRound.edition_id == edition_id).order_by(JudgingRound.place)
    return list(await session.scalars(wanted))


async def round_before(session: AsyncSession, row: JudgingRound) -> JudgingRound | None:
    """None of the first."""
    earlier = (JudgingRound.edition_id == row.edition_id, JudgingRound.place == row.place - 1)
    found: JudgingRound | None = await session.scalar(select(JudgingRound).where(*earlier))
    return found


async def seats_of(session: AsyncSession, round_id: UUID) -> list[JudgingSeat]:
    """All of a round, by entry and judge."""
    wanted = select(JudgingSeat).where(JudgingSeat.round_id == round_id)
    return list(await session.scalars(wanted.order_by(JudgingSeat.entry_id, JudgingSeat.judge_id)))


async def list_seats(
    session: AsyncSession, page: PageQuery, *, round_id: UUID, judge_id: UUID | None
) -> tuple[list[JudgingSeat], str | None]:
    """Of a round, or of one judge in it."""
    statement = select(JudgingSeat).where(
        JudgingSeat.round_id == round_id, *asked_for({JudgingSeat.judge_id: judge_id})
    )
    return await page_of(session, statement, page, (JudgingSeat.entry_id, JudgingSeat.id))


async def find_seat(session: AsyncSession, round_id: UUID, *, entry_id: UUID, judge_id: UUID) -> JudgingSeat:
    """Raises NotFound for a judge who does not sit before the entry."""
    same = (JudgingSeat.round_id == round_id, JudgingSeat.entry_id == entry_id, JudgingSeat.judge_id == judge_id)
    row: JudgingSeat | None = await session.scalar(select(JudgingSeat).where(*same))
    if row is None:
        raise NotFound
    return row


async def standings_of(session: AsyncSession, round_id: UUID) -> list[JudgingStanding]:
    """Of a sealed round, by group and place."""
    wanted = select(JudgingStanding).where(JudgingStanding.round_id == round_id)
    return list(await session.scalars(wanted.order_by(JudgingStanding.group_key, JudgingStanding.place)))


async def list_standings(
    session: AsyncSession, page: PageQuery, *, round_id: UUID
) -> tuple[list[JudgingStanding], str | None]:
    """The same by the page."""
    statement = select(JudgingStanding).where(JudgingStanding.round_id == round_id)
    return await page_of(
        session, statement, page, (JudgingStanding.group_key, JudgingStanding.place, JudgingStanding.id)
    )
