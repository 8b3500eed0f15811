"""Reading objections to published lists."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.funds.objections.models import PublicityObjection

WAITING = PublicityObjection.upheld.is_(None) & PublicityObjection.withdrawn_at.is_(None)


async def objections_waiting(session: AsyncSession, entitlement_id: UUID) -> int:
    """How many against an award wait for an answer, whichever list it stood on."""
    wanted = select(func.count()).where(PublicityObjection.entitlement_id == entitlement_id, WAITING)
    return int(await session.scalar(wanted) or 0)


async def waiting_of(session: AsyncSession, entitlement_id: UUID, filed_by: str) -> PublicityObjection | None:
    """What a person or client filed against an award that waits for an answer."""
    wanted = select(PublicityObjection).where(
        PublicityObjection.entitlement_id == entitlement_id,
        PublicityObjection.filed_by == filed_by,
        WAITING,
    )
    found: PublicityObjection | None = await session.scalar(wanted.limit(1))
    return found


async def held_back(session: AsyncSession, entitlement_ids: Collection[UUID]) -> set[UUID]:
    """Of these awards, those that an objection holds back, whichever list it was made to."""
    wanted = select(PublicityObjection.entitlement_id).where(
        PublicityObjection.entitlement_id.in_(entitlement_ids), WAITING
    )
    return set(await session.scalars(wanted))


def objections_to(list_id: UUID, *, filed_by: str | None) -> Select[PublicityObjection]:
    """Those against a list, to be paged: all, or what one person or client filed."""
    wanted = select(PublicityObjection).where(PublicityObjection.list_id == list_id)
    return wanted if filed_by is None else wanted.where(PublicityObjection.filed_by == filed_by)
