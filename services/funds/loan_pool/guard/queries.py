"""Reading suspensions, and the lock under which they begin and loans are registered."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.funds.loan_pool.access import must_see
from services.funds.loan_pool.guard.models import PoolSuspension
from services.funds.loan_pool.guard.states import STANDING


async def hold_guard(session: AsyncSession, city_code: str, *, shared: bool = False) -> None:
    """Registrations share it; whoever may stop them, or counts all of them, has it alone."""
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    await session.execute(select(lock(func.hashtextextended(f"loan_pool.guard:{city_code}", 0))))


async def standing_of(session: AsyncSession, city_code: str, bank_id: UUID | None) -> PoolSuspension | None:
    """The suspension that stands of exactly this bank, or of the pool; locked."""
    of_it = PoolSuspension.bank_id.is_(None) if bank_id is None else PoolSuspension.bank_id == bank_id
    wanted = select(PoolSuspension).where(PoolSuspension.city_code == city_code, of_it, _stands()).with_for_update()
    found: PoolSuspension | None = await session.scalar(wanted)
    return found


async def get_suspension(session: AsyncSession, suspension_id: UUID, caller: Caller) -> PoolSuspension:
    """One of the caller's city, locked. Raises NotFound."""
    row = await session.get(PoolSuspension, suspension_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    caller.must_act_in(row.city_code)
    if row.bank_id is not None:
        must_see(caller, city_code=row.city_code, bank_id=row.bank_id)
    return row


async def standing_suspensions(session: AsyncSession, city_code: str, bank_id: UUID | None) -> Sequence[PoolSuspension]:
    """What is stopped now: of one bank and the pool, or of everybody."""
    wanted = suspensions_of(city_code, bank_id).where(_stands())
    return (await session.scalars(wanted.order_by(PoolSuspension.suspended_at, PoolSuspension.id))).all()


def suspensions_of(city_code: str, bank_id: UUID | None) -> Select[PoolSuspension]:
    """All there ever were: those of one bank and of the pool, or of everybody; to be paged."""
    wanted = select(PoolSuspension).where(PoolSuspension.city_code == city_code)
    if bank_id is None:
        return wanted
    return wanted.where(or_(PoolSuspension.bank_id == bank_id, PoolSuspension.bank_id.is_(None)))


def _stands() -> ColumnElement[bool]:
    return PoolSuspension.status.in_(STANDING)
