"""Whom a merged organisation is part of by now, as the registry told us: what concerned it concerns its successor."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.db import among
from services.funds.payments.models import PayeeSuccession


async def keep_succession(session: AsyncSession, *, city_code: str, organisation_id: UUID, successor_id: UUID) -> None:
    """Told again nothing changes; whoever had become part of it is part of its successor, in whatever order told."""
    last_id = await who_goes_on_for(session, successor_id)
    values = {"organisation_id": organisation_id, "city_code": city_code, "recorded_at": clock.real_now()}
    fresh = insert(PayeeSuccession).values(successor_id=last_id, **values)
    await session.execute(fresh.on_conflict_do_nothing())
    moved = update(PayeeSuccession).where(PayeeSuccession.successor_id == organisation_id)
    await session.execute(moved.values(successor_id=last_id))


async def who_goes_on_for(session: AsyncSession, organisation_id: UUID) -> UUID:
    """Who hears what concerns it: itself, or whom it merged into."""
    return (await who_go_on_for(session, [organisation_id]))[organisation_id]


async def who_go_on_for(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The same of each of these."""
    found = {organisation_id: organisation_id for organisation_id in organisation_ids}
    if found:
        wanted = select(PayeeSuccession.organisation_id, PayeeSuccession.successor_id)
        merged = await session.execute(wanted.where(among(PayeeSuccession.organisation_id, found)))
        found |= {row.organisation_id: row.successor_id for row in merged}
    return found


def merged_into(successors: Collection[UUID]) -> Select[UUID]:
    """Those that are part of any of these."""
    return select(PayeeSuccession.organisation_id).where(among(PayeeSuccession.successor_id, successors))
