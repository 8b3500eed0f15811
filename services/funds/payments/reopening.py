"""An order that was released waits for another release: the bank's word, or ours before the bank had it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_payments import PaymentReopened
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.moves import status_after
from kernel.outbox import record_all
from services.funds.payments.models import PaymentOrder
from services.funds.payments.queries import get_order
from services.funds.payments.states import MOVES, Fact
from services.funds.payments.subjects import Word, subjects_react
from services.funds.payments.succession import who_go_on_for
from services.funds.rows import write_together


def wait_again(order: PaymentOrder, fact: Fact) -> None:
    """The release belongs to the attempt: whatever ended it, a second person lets the money go anew.

    Raises IllegalMove.
    """
    order.status = status_after(fact, order.status, MOVES)
    order.attempt += 1
    order.batch_id = order.batch_line = order.released_by = order.released_at = None
    order.settled_on = order.bank_reference = order.payment_entry_id = None


async def let_follow(session: AsyncSession, words: Sequence[Word]) -> None:
    """Write the orders that were moved; what they pay reacts, and who waits for a reopened one is told.

    All of one city.
    """
    if not words:
        return
    await write_together(session, {word.order.id: word.order for word in words}.values())
    await subjects_react(session, words)
    reopened = [word for word in words if not word.is_paid]
    payees = await who_go_on_for(session, {word.order.payee_id for word in reopened})
    told = [(_reopened(word, payees), word.order.id) for word in reopened]
    await record_all(session, told, city_code=words[0].order.city_code)


def _reopened(word: Word, payees: Mapping[UUID, UUID]) -> PaymentReopened:
    order = word.order
    return PaymentReopened(
        case_id=order.case_id,
        payment_order_id=order.id,
        organisation_id=payees[order.payee_id],
        cause=word.fact.value,
        amount_fen=order.to_transfer_fen,
    )


async def recall(session: AsyncSession, orders: Sequence[PaymentOrder]) -> None:
    """Held orders that are in no file yet wait again. Raises IllegalMove."""
    for order in orders:
        wait_again(order, Fact.RECALLED)
    await let_follow(session, [Word(order, Fact.RECALLED, clock.today(order.city_code)) for order in orders])


async def recall_order(session: AsyncSession, *, order_id: UUID, if_match: str, caller: Caller) -> PaymentOrder:
    """Whoever has doubts stops an order that was released and is in no file yet. Raises NotFound, IllegalMove."""
    order = await get_order(session, order_id, caller, for_update=True)
    must_match(if_match, order.version, as_read=True)
    await recall(session, [order])
    return order
