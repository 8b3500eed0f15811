"""What becomes of orders when the registry tells that a payee is no more."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_payments import PayeeEnded
from kernel.outbox import record
from services.funds.payments.queries import locked_open_orders
from services.funds.payments.reopening import recall
from services.funds.payments.states import Status
from services.funds.payments.succession import keep_succession
from services.funds.voucher_settlements.models import VoucherSettlement
from services.funds.voucher_settlements.queries import due_to


async def payee_ended(
    session: AsyncSession, *, city_code: str, organisation_id: UUID, successor_id: UUID | None
) -> None:
    """Whoever follows what it was still to be paid is told. What has been released, but not sent, does not go."""
    if successor_id is not None:
        await keep_succession(session, city_code=city_code, organisation_id=organisation_id, successor_id=successor_id)
    for settlement in await due_to(session, city_code, organisation_id):
        await _tell_of_settlement(session, settlement, successor_id)
    released = []
    for order in await locked_open_orders(session, city_code, organisation_id):
        if successor_id is not None and order.successor_id == successor_id:
            continue  # somebody adopted its account before we were told
        told = PayeeEnded(
            case_id=order.case_id,
            organisation_id=organisation_id,
            successor_id=successor_id,
            payment_order_id=order.id,
            settlement_id=None,
            amount_fen=order.to_transfer_fen,
        )
        await record(session, told, city_code=city_code, subject=order.id)
        if order.status is Status.RELEASED:
            released.append(order)
    await recall(session, released)


async def _tell_of_settlement(session: AsyncSession, settlement: VoucherSettlement, successor_id: UUID | None) -> None:
    told = PayeeEnded(
        organisation_id=settlement.provider_id,
        successor_id=successor_id,
        payment_order_id=None,
        settlement_id=settlement.id,
        amount_fen=settlement.total_fen,
    )
    await record(session, told, city_code=settlement.city_code, subject=settlement.id)
