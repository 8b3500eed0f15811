"""Reads of money demanded back: the payee sees its own, staff the city's."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.owning import is_staff, own_only, own_organisations
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.clawback.models import Clawback, ClawbackInstalment, ClawbackPart, ClawbackReceipt
from services.funds.clawback.rules import Instalment
from services.funds.clawback.states import OWED, Cause, Status
from services.funds.payments.succession import merged_into


def clawbacks_of(
    caller: Caller, *, status: Status | None, payee_id: UUID | None, order_id: UUID | None
) -> Select[Clawback]:
    """What the caller may know of; a payee, or whom it merged into, hears of it with the notice."""
    merged = Clawback.payee_id.in_(merged_into(own_organisations(caller)))
    own = own_only(caller, Clawback.payee_id, beside=[merged])
    wanted = select(Clawback).where(Clawback.city_code == caller.city, *own)
    if not is_staff(caller):
        wanted = wanted.where(Clawback.notified_at.is_not(None))
    asked = {Clawback.status: status, Clawback.payee_id: payee_id, Clawback.order_id: order_id}
    return wanted.where(*asked_for(asked))


async def get_clawback(session: AsyncSession, clawback_id: UUID, caller: Caller, *, lock: bool = False) -> Clawback:
    """One the caller may know of. Raises NotFound."""
    wanted = clawbacks_of(caller, status=None, payee_id=None, order_id=None).where(Clawback.id == clawback_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row: Clawback | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def demanded_before(session: AsyncSession, order_id: UUID, *, but: UUID | None = None) -> int:
    """Fen of an order that are demanded back already, or were: what was dropped aside."""
    return (await demanded_of(session, [order_id], but=but))[order_id]


async def demanded_of(
    session: AsyncSession, order_ids: Collection[UUID], *, but: UUID | None = None
) -> dict[UUID, int]:
    """The same of each of these orders."""
    worth = func.coalesce(func.sum(Clawback.demanded_fen).filter(Clawback.decided_at.is_(None)), 0) + func.coalesce(
        func.sum(Clawback.decided_fen).filter(Clawback.decided_at.is_not(None)), 0
    )
    wanted = select(Clawback.order_id, worth).where(
        among(Clawback.order_id, order_ids), Clawback.status != Status.DROPPED
    )
    if but is not None:
        wanted = wanted.where(Clawback.id != but)
    found = await session.execute(wanted.group_by(Clawback.order_id))
    return dict.fromkeys(order_ids, 0) | {order_id: int(fen) for order_id, fen in found}


async def found_of(session: AsyncSession, order_ids: Collection[UUID]) -> set[tuple[UUID, Cause, UUID]]:
    """Orders with the cause and the fact elsewhere of what was found of them: once, also when it was dropped."""
    wanted = select(Clawback.order_id, Clawback.cause, Clawback.source_id)
    found = await session.execute(wanted.where(among(Clawback.order_id, order_ids), Clawback.source_id.is_not(None)))
    return {(row.order_id, row.cause, row.source_id) for row in found}


async def parts_of(session: AsyncSession, clawback_id: UUID) -> list[ClawbackPart]:
    """What came of it, in order."""
    wanted = select(ClawbackPart).where(ClawbackPart.clawback_id == clawback_id)
    return list(await session.scalars(wanted.order_by(ClawbackPart.recorded_at, ClawbackPart.id)))


async def receipts_of(session: AsyncSession, clawback_id: UUID) -> list[ClawbackReceipt]:
    """Money somebody entered for it, in order: what waits, what was confirmed, what was declined."""
    wanted = select(ClawbackReceipt).where(ClawbackReceipt.clawback_id == clawback_id)
    return list(await session.scalars(wanted.order_by(ClawbackReceipt.recorded_at, ClawbackReceipt.id)))


async def get_receipt(session: AsyncSession, clawback_id: UUID, receipt_id: UUID) -> ClawbackReceipt:
    """One of a debt that is locked. Raises NotFound."""
    wanted = select(ClawbackReceipt).where(ClawbackReceipt.id == receipt_id, ClawbackReceipt.clawback_id == clawback_id)
    row: ClawbackReceipt | None = await session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


async def received_under(session: AsyncSession, city_code: str, references: Collection[str]) -> dict[str, set[str]]:
    """Of these references those under which money for a debt was booked, each with the codes of the banks."""
    wanted = select(ClawbackPart.bank_reference, ClawbackPart.bank_code).where(
        ClawbackPart.city_code == city_code, among(ClawbackPart.bank_reference, references)
    )
    found: dict[str, set[str]] = {}
    for reference, bank_code in await session.execute(wanted):
        found.setdefault(str(reference), set()).add(bank_code)
    return found


async def banks_entered(session: AsyncSession, city_code: str, reference: str) -> set[str]:
    """The codes of the banks of whose reference this was entered, and not declined."""
    entered = (ClawbackReceipt.city_code == city_code, ClawbackReceipt.bank_reference == reference)
    wanted = select(ClawbackReceipt.bank_code).where(*entered, ClawbackReceipt.declined_by.is_(None))
    return set(await session.scalars(wanted))


async def plan_of(session: AsyncSession, clawback_id: UUID) -> list[ClawbackInstalment]:
    """The parts it may be paid in, by day."""
    wanted = select(ClawbackInstalment).where(ClawbackInstalment.clawback_id == clawback_id)
    return list(await session.scalars(wanted.order_by(ClawbackInstalment.due_on)))


async def agreed_plan(session: AsyncSession, row: Clawback) -> list[Instalment]:
    """The plan when a second person agreed to it; else none."""
    if row.plan_approved_by is None:
        return []
    return [Instalment(part.due_on, part.amount_fen) for part in await plan_of(session, row.id)]


async def owed_back(session: AsyncSession, subject_ids: Collection[UUID]) -> set[UUID]:
    """Subjects of which money was demanded back by a decision: the bank's return of the whole would count it twice."""
    wanted = select(Clawback.subject_id).where(among(Clawback.subject_id, subject_ids), Clawback.status.in_(OWED))
    return set(await session.scalars(wanted))


async def clawbacks_on_chain(session: AsyncSession, order_id: UUID) -> list[tuple[Clawback, str, int]]:
    """What was demanded back of an order, and what was set off against it: (clawback, role, fen)."""
    demanded = await session.scalars(
        select(Clawback).where(Clawback.order_id == order_id).order_by(Clawback.recorded_at, Clawback.id)
    )
    set_off = await session.execute(
        select(Clawback, ClawbackPart.amount_fen)
        .join(ClawbackPart, ClawbackPart.clawback_id == Clawback.id)
        .where(ClawbackPart.order_id == order_id)
        .order_by(ClawbackPart.recorded_at, ClawbackPart.id)
    )
    return [
        *((row, "demanded_back", row.decided_fen if row.decided_at else row.demanded_fen) for row in demanded),
        *((row, "set_off", fen) for row, fen in set_off),
    ]
