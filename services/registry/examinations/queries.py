"""Reads of examinations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.examinations.models import Examination


async def examinations_of(session: AsyncSession, recognition_id: UUID) -> Sequence[Examination]:
    """In the order they were recorded."""
    wanted = select(Examination).where(Examination.recognition_id == recognition_id)
    return (await session.scalars(wanted.order_by(Examination.recorded_at, Examination.id))).all()
