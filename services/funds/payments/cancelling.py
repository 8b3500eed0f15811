"""What an approved grant's order becomes when its payee is no more and nobody goes on in its place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_payments import PaymentCancelled
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.etags import must_match
from kernel.outbox import record
from kernel.problems import Refusal
from services.funds.approvals.service import approve
from services.funds.payments.models import PaymentOrder
from services.funds.payments.payees import Gathering, must_have_ended
from services.funds.payments.queries import get_order
from services.funds.payments.service import cancel_order
from services.funds.payments.subjects import subject_of


class EndsInItsOwnWay(Refusal):
    """A statement of vouchers is annulled; what is paid to banks, investors and sub-funds stays owed."""

    code, title_zh, title_en = (
        "ends_in_its_own_way",
        "该类支付按其自身程序终止",
        "Payments of this kind end in their own way",
    )


async def must_be_unpayable(gathering: Gathering, *, order_id: UUID, caller: Caller) -> None:
    """The registry's word on the payee, asked before the transaction. Raises NotFound, PayeeGoesOn, Unavailable."""
    async with gathering.sessions() as session:
        order = await get_order(session, order_id, caller)
    await must_have_ended(gathering.registry, order.payee_id, city_code=order.city_code)


async def cancel_unpayable(
    session: AsyncSession, *, order_id: UUID, reason: str, if_match: str, caller: Caller, at: datetime
) -> PaymentOrder:
    """Another person than approved the grant ends it: encumbrance and debt of what is still to transfer are reversed.

    Raises NotFound, EndsInItsOwnWay, IllegalMove at the bank or paid, Refusal for a first person.
    """
    order, on = await get_order(session, order_id, caller, for_update=True), on_date(at)
    must_match(if_match, order.version, as_read=True)
    if (cancelled := subject_of(order).cancelled) is None:
        raise EndsInItsOwnWay
    await approve(
        session,
        city_code=order.city_code,
        subject_kind="payment_order",
        subject_id=order.id,
        case_id=order.case_id,
        step="cancellation",
        approver=caller.acting_for,
        prepared_by=order.prepared_by,
        decided_by=None,
        at=at,
    )
    await cancelled(session, order, on)
    told = PaymentCancelled(
        case_id=order.case_id,
        payment_order_id=order.id,
        organisation_id=order.payee_id,
        amount_fen=order.to_transfer_fen,
    )
    await record(session, told, city_code=order.city_code, subject=order.id)
    await cancel_order(session, order, reason=reason, actor=caller.acting_for, on=on)
    return order
