"""When a recognition ends: what rests on it and is not paid is stopped, what was paid is looked at by the policy."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import EntitlementStopped
from contracts.registry_carriers import CarrierRecognitionEnded
from kernel import clock
from kernel.months import months_later
from kernel.moves import status_after
from kernel.outbox import record
from kernel.timers import Timer
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.funds.access import SYSTEM
from services.funds.clawback.service import Finding, find_what_is_left, paying_terms
from services.funds.clawback.states import Cause
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.queries import resting_on
from services.funds.entitlements.states import MOVES, UNDECIDED, Fact, Status
from services.funds.payments.models import PaymentOrder
from services.funds.payments.service import cancel_order, is_cancellable

END = "entitlement.end"
ENDED = "资格终止 recognition ended"


async def end_awards(session: AsyncSession, *, city_code: str, ended: CarrierRecognitionEnded) -> None:
    """Each award that rests on it, once: told again, nothing happens again."""
    found = await resting_on(
        session,
        city_code,
        recognition_id=ended.recognition_id,
        carrier_id=ended.carrier_id,
        level=ended.level,
    )
    for entitlement in found:
        if entitlement.recognition_ended_on is None:
            await _end(session, entitlement, ended.ended_on)


async def _end(session: AsyncSession, entitlement: Entitlement, ended_on: date) -> None:
    entitlement.recognition_ended_on = ended_on
    await _stop_or_find(session, entitlement, ended_on)


async def on_end_due(session: AsyncSession, timer: Timer) -> None:
    """After the recognition had ended the bank gave the payment back, or less of it was demanded back than found."""
    entitlement = await session.get(Entitlement, UUID(timer.object_id), with_for_update=True)
    if entitlement is None or entitlement.recognition_ended_on is None:
        return
    if entitlement.status in {Status.APPROVED, Status.PAID}:
        await _stop_or_find(session, entitlement, entitlement.recognition_ended_on)


async def _stop_or_find(session: AsyncSession, entitlement: Entitlement, ended_on: date) -> None:
    order = await _order(session, entitlement)
    if entitlement.status in UNDECIDED or (order is not None and is_cancellable(order)):
        entitlement.status = status_after(Fact.STOPPED, entitlement.status, MOVES)
        told = EntitlementStopped(
            case_id=entitlement.case_id,
            entitlement_id=entitlement.id,
            organisation_id=entitlement.organisation_id,
            ended_on=ended_on,
        )
        await record(session, told, city_code=entitlement.city_code, subject=entitlement.id)
        await session.flush()
        if order is not None:
            on = clock.today(order.city_code)
            await cancel_order(session, order, reason=ENDED, actor=SYSTEM, on=on)
    elif order is not None:
        # What is at the bank is waited for: the finding is made when it settles.
        await find_if_ended(session, entitlement, order, by=SYSTEM)


async def _order(session: AsyncSession, entitlement: Entitlement) -> PaymentOrder | None:
    if entitlement.payment_order_id is None:
        return None
    return await session.get_one(
        PaymentOrder, entitlement.payment_order_id, with_for_update=True, populate_existing=True
    )


async def find_if_ended(session: AsyncSession, entitlement: Entitlement, order: PaymentOrder, *, by: str) -> None:
    """A paid award whose recognition ended sooner than the policy says it must stand: a finding, decided by people.

    While the policy says nothing of it nothing is found.
    """
    ended_on, paid_on = entitlement.recognition_ended_on, entitlement.paid_on
    if entitlement.status is not Status.PAID or ended_on is None or paid_on is None:
        return
    accepted = Acceptance(entitlement.accepted_on, entitlement.accepted_at)
    snapshot = await policy_for(session, entitlement.city_code, accepted)
    key = paying_terms(snapshot.pack).stands_months if snapshot.pack.paying else ""
    months = snapshot.whole(key, accepted=accepted) if key else None
    if months is None or ended_on >= months_later(paid_on, months):
        return
    finding = Finding(
        Cause.RECOGNITION_ENDED,
        order.amount_fen,
        f"认定于{ended_on.isoformat()}终止,距拨付不足{months}个月",
        (),
        clauses=snapshot.pack.parameters[key].clauses,
        source_id=entitlement.recognition_id or entitlement.evaluation_id,
    )
    await find_what_is_left(session, order, finding=finding, found_by=by, at=clock.now(order.city_code))
