"""Reading recoveries."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from services.funds.angel.access import find
from services.funds.angel.recoveries.models import AngelRecovery
from services.funds.angel.recoveries.states import AngelRecoveryStatus


async def get_recovery(
    session: AsyncSession, recovery_id: UUID, caller: Caller, *, lock: bool = False
) -> AngelRecovery:
    """One the caller may see. Raises NotFound."""
    return await find(session, AngelRecovery, recovery_id, caller, lock=lock)


def layers_of(claim_id: UUID) -> Select[Any]:
    """What each recovery of the claim gives back to each layer."""
    return select(AngelRecovery.layers_fen).where(*_standing(claim_id))


def _standing(claim_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (AngelRecovery.claim_id == claim_id, AngelRecovery.status != AngelRecoveryStatus.WITHDRAWN)


async def stands_later(session: AsyncSession, row: AngelRecovery) -> bool:
    """Whether a recovery of the same claim was told after this one and stands: its split rests on this one."""
    later = tuple_(AngelRecovery.filed_at, AngelRecovery.id) > (row.filed_at, row.id)
    return bool(await session.scalar(select(exists().where(*_standing(row.claim_id), later))))


async def claims_with_receipts(session: AsyncSession, claim_ids: Collection[UUID]) -> set[UUID]:
    """Of these claims, those whose fund has received something back."""
    wanted = select(AngelRecovery.claim_id).where(
        among(AngelRecovery.claim_id, claim_ids),
        AngelRecovery.status == AngelRecoveryStatus.RECEIVED,
        AngelRecovery.returned_fen > 0,
    )
    return set(await session.scalars(wanted))


def recoveries_of(claim_id: UUID) -> Select[AngelRecovery]:
    """Recoveries of a claim, to be paged."""
    return select(AngelRecovery).where(AngelRecovery.claim_id == claim_id)
