"""Tells whoever waits that a last day was counted again."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import DueDaySettled
from kernel.outbox import record
from kernel.workdays import Deadline


async def tell_settled(
    session: AsyncSession,
    city_code: str,
    *,
    kind: str,
    object_id: UUID,
    told_on: date,
    due: Deadline,
    organisation_id: UUID | None = None,
    case_id: UUID | None = None,
) -> None:
    """In the transaction that moves it."""
    told = DueDaySettled(
        kind=kind,
        object_id=object_id,
        case_id=case_id,
        organisation_id=organisation_id,
        told_on=told_on,
        due_on=due.on,
        provisional=due.provisional,
    )
    await record(session, told, city_code=city_code, subject=case_id or object_id)
