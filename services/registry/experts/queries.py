"""Reads of the pool of experts."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.experts.models import Expert


async def list_experts(
    session: AsyncSession, page: PageQuery, *, caller: Caller, field: str | None
) -> tuple[list[Expert], str | None]:
    """The pool of the city, in the order it was entered."""
    statement = select(Expert).where(Expert.city_code == caller.city)
    if field is not None:
        statement = statement.where(Expert.field == field)
    return await page_of(session, statement, page, (Expert.recorded_at, Expert.id))


async def find_expert(session: AsyncSession, expert_id: UUID, *, caller: Caller) -> Expert:
    """Locked. Raises NotFound."""
    same = (Expert.id == expert_id, Expert.city_code == caller.city)
    row: Expert | None = await session.scalar(select(Expert).where(*same).with_for_update())
    if row is None:
        raise NotFound
    return row


async def fields_among(session: AsyncSession, expert_ids: Iterable[UUID]) -> set[str]:
    """What some experts are experts of."""
    return set(await session.scalars(select(Expert.field).where(Expert.id.in_(list(expert_ids)))))


async def available_experts(session: AsyncSession, city_code: str, field: str | None) -> list[Expert]:
    """Whom a panel may be drawn from, conflicts aside."""
    statement = select(Expert).where(Expert.city_code == city_code, Expert.is_available)
    if field is not None:
        statement = statement.where(Expert.field == field)
    return list(await session.scalars(statement.order_by(Expert.id)))
