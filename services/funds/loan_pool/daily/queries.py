"""Reading what a bank's day was."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from services.funds.loan_pool.movements.models import Movement


async def moved_on(session: AsyncSession, city_code: str, bank_id: UUID, on: date) -> Sequence[Movement]:
    """Everything of a bank that moved on a Shanghai day, in the order it happened."""
    wanted = select(Movement).where(
        Movement.city_code == city_code,
        Movement.bank_id == bank_id,
        Movement.happened_at >= clock.start_of(on),
        Movement.happened_at < clock.start_of(on + timedelta(days=1)),
    )
    return (await session.scalars(wanted.order_by(Movement.happened_at, Movement.seq))).all()
