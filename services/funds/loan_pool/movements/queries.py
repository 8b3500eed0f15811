"""Reading what moved."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.funds.loan_pool.movements.models import Movement


async def history_of(session: AsyncSession, object_id: UUID) -> Sequence[Movement]:
    """Everything that happened to one object, oldest first."""
    found = await session.scalars(select(Movement).where(Movement.object_id == object_id).order_by(Movement.seq))
    return found.all()
