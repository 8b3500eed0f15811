"""Many payments of one city at once: copies of one that was approved, released and sent by the usual way."""

from typing import Any

from sqlalchemy import inspect, select

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from ledger.chart import open_accounts
from services.funds.approvals.models import Approval
from services.funds.chart import payable_account
from services.funds.entitlements.models import Entitlement
from services.funds.journal import command, post_commands
from services.funds.payments.models import PaymentOrder
from services.funds.payments.postings import payment_committed
from services.funds.payments.queries import next_number
from services.funds.payments.service import line_of, payment_of
from tests.service.funds.city import City

EACH_FEN = 1_000 * 100


async def many_orders(city: City, count: int, model: dict[str, Any]) -> list[dict[str, Any]]:
    """`count` more orders like `model`, each of an award of its own and to a payee of its own, encumbered and owed."""
    await city.budget(count * EACH_FEN)
    async with city.process.app.state.sessions() as session:
        order = await session.get_one(PaymentOrder, decode_id("pay", model["id"]))
        award = await session.get_one(Entitlement, order.subject_id)
        wanted = select(Approval).where(Approval.subject_id.in_([order.id, award.id]))
        steps = list(await session.scalars(wanted))
        orders = [await _copied(session, order, award, steps) for _ in range(count)]
        await session.flush()
        accounts = [payable_account(line_of(one), one.payee_id, name=one.payee_name) for one in orders]
        await open_accounts(session, accounts, city_code=city.code)
        on = clock.today(city.code)
        made = [
            command(
                payment_committed(payment_of(one, ()), on=on),
                key=f"payment.committed:{one.subject_kind}:{one.subject_id}",
                entry_id=one.encumbrance_entry_id,
                actor=one.prepared_by,
            )
            for one in orders
        ]
        await post_commands(session, made, city_code=city.code)
        await session.commit()
    return [{"id": encode_id("pay", one.id), "amount_fen": EACH_FEN} for one in orders]


async def _copied(session: Any, order: PaymentOrder, award: Entitlement, steps: list[Approval]) -> PaymentOrder:
    order_id, award_id, entry_id, payee_id = (new_id() for _ in range(4))
    rests_on = {"encumbrance_entry_id": entry_id, "case_id": new_id(), "amount_fen": EACH_FEN}
    session.add(
        _copy(award, id=award_id, carrier_id=new_id(), recognition_id=new_id(), organisation_id=payee_id,
              payment_order_id=order_id, **rests_on)
    )  # fmt: skip
    for step in steps:
        of = order_id if step.subject_id == order.id else award_id
        session.add(_copy(step, id=new_id(), subject_id=of, case_id=rests_on["case_id"]))
    year = clock.today(order.city_code).year
    number = await next_number(session, order.city_code, f"order-{year}")
    one = _copy(order, id=order_id, number=f"PO-{year}-{number:06}", subject_id=award_id, payee_id=payee_id, **rests_on)
    session.add(one)
    return one


def _copy(row: Any, **changed: Any) -> Any:
    mapper = inspect(type(row))
    left_out = {mapper.version_id_col.key} if mapper.version_id_col is not None else set()
    kept = {one.key: getattr(row, one.key) for one in mapper.column_attrs if one.key not in left_out}
    return type(row)(**kept | changed)
