"""An order that was released waits for another release: the bank's word, or ours before the bank had it."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_payments import PaymentReopened
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.moves import status_after
from kernel.outbox import record
from services.funds.payments.models import PaymentOrder
from services.funds.payments.queries import get_order
from services.funds.payments.states import MOVES, Fact
from services.funds.payments.subjects import subject_of
from services.funds.payments.succession import who_goes_on_for


async def reopen(session: AsyncSession, order: PaymentOrder, fact: Fact, *, on: date | None = None) -> None:
    """The release belongs to the attempt: whatever ended it, a second person lets the money go anew. `on`: today.

    Raises IllegalMove.
    """
    on = on or clock.today(order.city_code)
    order.status = status_after(fact, order.status, MOVES)
    order.attempt += 1
    order.batch_id = order.batch_line = order.released_by = order.released_at = None
    order.settled_on = order.bank_reference = order.payment_entry_id = None
    await session.flush()
    if fact is Fact.RETURNED:
        await subject_of(order).returned(session, order, on)
    await subject_of(order).reopened(session, order, on)
    told = PaymentReopened(
        case_id=order.case_id,
        payment_order_id=order.id,
        organisation_id=await who_goes_on_for(session, order.payee_id),
        cause=fact.value,
        amount_fen=order.to_transfer_fen,
    )
    await record(session, told, city_code=order.city_code, subject=order.id)


async def recall_order(session: AsyncSession, *, order_id: UUID, if_match: str, caller: Caller) -> PaymentOrder:
    """Whoever has doubts stops an order that was released and is in no file yet. Raises NotFound, IllegalMove."""
    order = await get_order(session, order_id, caller, for_update=True)
    must_match(if_match, order.version, as_read=True)
    await reopen(session, order, Fact.RECALLED)
    return order
