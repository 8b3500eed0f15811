"""Reading recoveries."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.recoveries.models import Recovery
from services.funds.loan_pool.recoveries.states import Status


@dataclass(frozen=True, slots=True)
class Recovered:
    """All recoveries of a claim together, in fen: `returned` is the pool's part of them, `received` what arrived."""

    count: int
    recovered_fen: int
    costs_fen: int
    returned_fen: int
    received_fen: int


async def recovered_of(session: AsyncSession, claim_id: UUID) -> Recovered:
    """What was reported of a claim so far and not taken back."""
    arrived = func.sum(Recovery.returned_fen).filter(Recovery.status == Status.RECEIVED)
    sums = (func.sum(Recovery.recovered_fen), func.sum(Recovery.costs_fen), func.sum(Recovery.returned_fen), arrived)
    found = (await session.execute(select(func.count(), *sums).where(*_standing(claim_id)))).one()
    return Recovered(*(int(figure or 0) for figure in found))


def layers_of(claim_id: UUID) -> Select[Any]:
    """What each recovery of the claim gives back to each layer."""
    return select(Recovery.layers_fen).where(*_standing(claim_id))


def _standing(claim_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (Recovery.claim_id == claim_id, Recovery.status != Status.WITHDRAWN)


async def stands_later(session: AsyncSession, row: Recovery) -> bool:
    """Whether a recovery of the same claim was reported after this one and stands: its split rests on this one."""
    later = tuple_(Recovery.reported_at, Recovery.id) > (row.reported_at, row.id)
    return bool(await session.scalar(select(exists().where(*_standing(row.claim_id), later))))


async def claims_with_receipts(session: AsyncSession, claim_ids: Collection[UUID]) -> set[UUID]:
    """Of these claims, those whose pool has received something back."""
    wanted = select(Recovery.claim_id).where(
        among(Recovery.claim_id, claim_ids), Recovery.status == Status.RECEIVED, Recovery.returned_fen > 0
    )
    return set(await session.scalars(wanted))


async def get_recovery(session: AsyncSession, recovery_id: UUID, caller: Caller, *, lock: bool = False) -> Recovery:
    """A recovery the caller may see. Raises NotFound."""
    row = await session.get(Recovery, recovery_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound
    must_see(caller, city_code=row.city_code, bank_id=row.bank_id)
    return row


def recoveries_of(claim_id: UUID) -> Select[Recovery]:
    """Recoveries of a claim, to be paged."""
    return select(Recovery).where(Recovery.claim_id == claim_id)


def recoveries_in(
    city_code: str, *, bank_id: UUID | None, bank_reference: str | None = None, status: Status | None = None
) -> Select[Recovery]:
    """Recoveries of a city, of one bank or all, to be paged."""
    asked = {Recovery.bank_id: bank_id, Recovery.bank_reference: bank_reference, Recovery.status: status}
    return select(Recovery).where(Recovery.city_code == city_code, *asked_for(asked))
