"""Reading payment orders, batches and what the bank said."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from kernel.auth import Caller
from kernel.db import among
from kernel.paging import asked_for
from kernel.problems import NotFound
from ledger.reading import journal
from services.funds.approvals.models import Approval
from services.funds.paying_accounts.models import PayingAccount
from services.funds.payments.models import PaymentAdvice, PaymentBatch, PaymentOrder, PaymentSeries
from services.funds.payments.states import Status


async def get_order(session: AsyncSession, order_id: UUID, caller: Caller, *, for_update: bool = False) -> PaymentOrder:
    """An order of the caller's city. Raises NotFound."""
    order = await session.get(PaymentOrder, order_id, with_for_update=for_update or None, populate_existing=for_update)
    if order is None:
        raise NotFound
    caller.must_act_in(order.city_code)
    return order


async def locked_orders(session: AsyncSession, city_code: str, ids: Collection[UUID]) -> dict[UUID, PaymentOrder]:
    """Orders of a city by id, locked in one order."""
    wanted = select(PaymentOrder).where(PaymentOrder.city_code == city_code, among(PaymentOrder.id, ids))
    return {order.id: order for order in await session.scalars(_locked(wanted))}


async def locked_released_orders(
    session: AsyncSession, city_code: str, ids: Collection[UUID] | None, limit: int
) -> list[PaymentOrder]:
    """Released orders of a city, of those asked for or all, locked in one order."""
    wanted = select(PaymentOrder).where(PaymentOrder.city_code == city_code, PaymentOrder.status == Status.RELEASED)
    if ids is not None:
        wanted = wanted.where(among(PaymentOrder.id, ids))
    return list(await session.scalars(_locked(wanted).limit(limit)))


async def locked_open_orders(session: AsyncSession, city_code: str, payee_id: UUID) -> list[PaymentOrder]:
    """Orders that pay one, or through one, and are not paid yet, those at the bank too; locked in one order."""
    over = (Status.SETTLED, Status.CANCELLED)
    wanted = select(PaymentOrder).where(
        PaymentOrder.city_code == city_code,
        or_(PaymentOrder.payee_id == payee_id, PaymentOrder.successor_id == payee_id),
        PaymentOrder.status.not_in(over),
    )
    return list(await session.scalars(_locked(wanted)))


def _locked(wanted: Select[PaymentOrder]) -> Select[PaymentOrder]:
    return wanted.order_by(PaymentOrder.id).with_for_update().execution_options(populate_existing=True)


def orders_of(
    city_code: str, *, status: Status | None, payee_id: UUID | None, subject_id: UUID | None
) -> Select[PaymentOrder]:
    """Orders of a city, to be paged."""
    asked = {PaymentOrder.status: status, PaymentOrder.payee_id: payee_id, PaymentOrder.subject_id: subject_id}
    return select(PaymentOrder).where(PaymentOrder.city_code == city_code, *asked_for(asked))


def batches_of(city_code: str) -> Select[PaymentBatch]:
    """Batches of a city, to be paged."""
    return select(PaymentBatch).where(PaymentBatch.city_code == city_code)


async def get_batch(session: AsyncSession, batch_id: UUID, caller: Caller) -> PaymentBatch:
    """A batch of the caller's city. Raises NotFound."""
    batch = await session.get(PaymentBatch, batch_id)
    if batch is None:
        raise NotFound
    caller.must_act_in(batch.city_code)
    return batch


async def next_number(session: AsyncSession, city_code: str, series: str) -> int:
    """The next number of a series, without gaps: a number that is not used rolls back with its transaction."""
    fresh = insert(PaymentSeries).values(city_code=city_code, series=series, last_number=1)
    taken = await session.scalar(
        fresh.on_conflict_do_update(
            index_elements=["city_code", "series"], set_={"last_number": PaymentSeries.last_number + 1}
        ).returning(PaymentSeries.last_number)
    )
    return int(taken or 0)


async def hold_references(session: AsyncSession, city_code: str) -> None:
    """Before any order or debt is locked: what the bank names once is either about an order or of a debt, and each is
    kept in a table of its own. Whoever books by a reference meets what the one before has booked.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"references:{city_code}", 0))))


async def advice_by_reference(
    session: AsyncSession, city_code: str, references: Collection[str]
) -> dict[str, list[PaymentAdvice]]:
    """What banks said before under these references: two may have used the same."""
    under = among(PaymentAdvice.bank_reference, references)
    found = await session.scalars(select(PaymentAdvice).where(PaymentAdvice.city_code == city_code, under))
    by_reference: dict[str, list[PaymentAdvice]] = {}
    for advice in found:
        by_reference.setdefault(advice.bank_reference, []).append(advice)
    return by_reference


def paid_from(told: InstrumentedAttribute[str], city_code: str) -> ScalarSelect[str]:
    """Of the account in force when a batch was made; of an order in none now, of the one in force."""
    approved_at = PayingAccount.approved_at
    wanted = select(told).where(PayingAccount.city_code == city_code, approved_at.is_not(None))
    then_first = (approved_at <= PaymentBatch.made_at).desc()
    return wanted.order_by(then_first, approved_at.desc()).limit(1).correlate(PaymentBatch).scalar_subquery()


async def banks_of(session: AsyncSession, city_code: str, orders: Collection[PaymentOrder]) -> dict[UUID, str]:
    """Of each order the code of the bank it was sent to, where the city has named its account."""
    batch, bank = PaymentBatch, paid_from(PayingAccount.cnaps_code, city_code)
    asked = select(batch.id, bank).where(among(batch.id, {order.batch_id for order in orders if order.batch_id}))
    by_batch = {row.id: row[1] for row in await session.execute(asked)}
    return {order.id: by_batch.get(order.batch_id) or "" for order in orders}


async def advice_of(session: AsyncSession, order_id: UUID) -> list[PaymentAdvice]:
    """Everything the bank said of an order, in order."""
    found = await session.scalars(
        select(PaymentAdvice)
        .where(PaymentAdvice.order_id == order_id)
        .order_by(PaymentAdvice.recorded_at, PaymentAdvice.id)
    )
    return list(found)


async def approvals_of(session: AsyncSession, subject_ids: Collection[UUID]) -> list[Approval]:
    """Every step anybody approved for these objects, in order."""
    found = await session.scalars(
        select(Approval).where(among(Approval.subject_id, subject_ids)).order_by(Approval.approved_at, Approval.id)
    )
    return list(found)


async def approvals_by_order(session: AsyncSession, orders: Collection[PaymentOrder]) -> dict[UUID, list[UUID]]:
    """Of each order the steps anybody approved for it and for what it pays, in order."""
    found: dict[UUID, list[UUID]] = {order.id: [] for order in orders}
    asked: dict[UUID, list[UUID]] = {}
    for order in orders:
        for subject_id in (order.subject_id, order.id):
            asked.setdefault(subject_id, []).append(order.id)
    steps = select(Approval.subject_id, Approval.id).where(among(Approval.subject_id, asked))
    for subject_id, step_id in await session.execute(steps.order_by(Approval.approved_at, Approval.id)):
        for order_id in asked[subject_id]:
            found[order_id].append(step_id)
    return found


async def documents_of(session: AsyncSession, city_code: str, entry_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Document numbers of journal entries, by id."""
    found = await journal(session, city_code=city_code, entry_ids=entry_ids, limit=max(1, len(entry_ids)))
    return {entry.posted.entry_id: entry.posted.document for entry in found}
