"""Reading editions, how far they have been weighed, and what they would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from contracts.policy import EffectKind
from gateway.window.editions.models import EditionEffect, EditionWeighing, PolicyEdition
from gateway.window.editions.states import EditionStatus
from kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class Tally:
    """Effects of one kind on one programme and act, with their sums in fen."""

    programme: str
    act: str
    kind: EffectKind
    count: int
    gained_fen: int
    lost_fen: int
    cost_fen: int


async def find_edition(
    session: AsyncSession, city_code: str, edition_id: UUID, *, for_update: bool = False
) -> PolicyEdition:
    """An edition of the city. Raises NotFound."""
    statement = select(PolicyEdition).where(PolicyEdition.id == edition_id, PolicyEdition.city_code == city_code)
    edition = await session.scalar(statement.with_for_update() if for_update else statement)
    if edition is None:
        raise NotFound
    return edition


def editions_statement(city_code: str, status: EditionStatus | None) -> Select[PolicyEdition]:
    """Editions of a city, of one status when given, without their texts."""
    light = [
        defer(column, raiseload=True) for column in (PolicyEdition.files, PolicyEdition.case_files, PolicyEdition.pack)
    ]
    statement = select(PolicyEdition).where(PolicyEdition.city_code == city_code).options(*light)
    return statement.where(PolicyEdition.status == status) if status else statement


async def weighings_of(session: AsyncSession, edition_id: UUID) -> Sequence[EditionWeighing]:
    """How far each service is, by name."""
    found = select(EditionWeighing).where(EditionWeighing.edition_id == edition_id).order_by(EditionWeighing.service)
    return (await session.scalars(found)).all()


async def waiting_weighings(session: AsyncSession) -> list[tuple[UUID, str]]:
    """What is still to be weighed of the editions nobody has decided, oldest edition first: edition and service."""
    found = (
        select(EditionWeighing.edition_id, EditionWeighing.service)
        .join(PolicyEdition, PolicyEdition.id == EditionWeighing.edition_id)
        .where(EditionWeighing.is_done.is_(False), PolicyEdition.status == EditionStatus.PROPOSED)
        .order_by(EditionWeighing.edition_id, EditionWeighing.service)
    )
    return [(row.edition_id, row.service) for row in await session.execute(found)]


async def tallies_of(session: AsyncSession, edition_id: UUID) -> list[Tally]:
    """The effects counted and summed, by programme, act and kind."""
    by = (EditionEffect.programme, EditionEffect.act, EditionEffect.kind)
    worth = EditionEffect.worth_fen
    sums = [
        func.count().label("counted"),
        func.coalesce(func.sum(worth).filter(worth > 0), 0).label("gained_fen"),
        func.coalesce(-func.sum(worth).filter(worth < 0), 0).label("lost_fen"),
        func.coalesce(func.sum(EditionEffect.cost_fen), 0).label("cost_fen"),
    ]
    found = select(*by, *sums).where(EditionEffect.edition_id == edition_id).group_by(*by).order_by(*by)
    return [
        Tally(
            row.programme, row.act, row.kind, row.counted, int(row.gained_fen), int(row.lost_fen), int(row.cost_fen)
        )
        for row in await session.execute(found)
    ]  # fmt: skip


def effects_statement(edition_id: UUID, kind: EffectKind | None, programme: str | None) -> Select[EditionEffect]:
    """Determinations an edition would answer differently, of one kind or programme when given."""
    statement = select(EditionEffect).where(EditionEffect.edition_id == edition_id)
    if kind is not None:
        statement = statement.where(EditionEffect.kind == kind)
    return statement.where(EditionEffect.programme == programme) if programme is not None else statement
