"""Reads of confirmed hosting costs."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.funds.hosting.models import HostingCost


async def hosting_cost(
    session: AsyncSession, *, city_code: str, event_id: UUID, host_id: UUID, lock: bool = False
) -> HostingCost | None:
    """What was confirmed last of a host's cost of an event."""
    wanted = select(HostingCost).where(
        HostingCost.city_code == city_code, HostingCost.event_id == event_id, HostingCost.host_id == host_id
    )
    found: HostingCost | None = await session.scalar(wanted.with_for_update() if lock else wanted)
    return found
