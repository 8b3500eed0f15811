"""When a recognition ends: what rests on it and is not paid is stopped, what was paid is looked at by the policy."""

from collections.abc import Sequence
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
from policy.snapshots import Acceptance, Snapshot
from policy.store import policies_for
from services.funds.access import SYSTEM
from services.funds.clawback.service import Finding, find_what_was_paid, paying_terms
from services.funds.clawback.states import Cause
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.queries import resting_on
from services.funds.entitlements.states import MOVES, UNDECIDED, Fact, Status
from services.funds.payments.models import PaymentOrder
from services.funds.payments.service import cancel_order, is_cancellable
from services.funds.payments.states import Status as OrderStatus

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
    entitlement = await session.get(Entitlement, UUID(timer.object_id))
    if entitlement is None or entitlement.recognition_ended_on is None:
        return
    await _order(session, entitlement)  # before it, as the bank's word locks them
    await session.refresh(entitlement, with_for_update=True)
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
    """What `find_ended` finds of one, if it is paid now."""
    is_paid = entitlement.status is Status.PAID and order.status is OrderStatus.SETTLED
    if is_paid and entitlement.paid_on is not None:
        await find_ended(session, [(entitlement, order, entitlement.paid_on)], by=by)


async def find_ended(session: AsyncSession, paid: Sequence[tuple[Entitlement, PaymentOrder, date]], *, by: str) -> None:
    """Awards paid on a day whose recognition ended sooner than the policy says it must stand: a finding of each,
    decided by people. All of one city, their orders locked. While the policy says nothing of it nothing is found.
    """
    ended = [one for one in paid if one[0].recognition_ended_on is not None]
    if not ended:
        return
    city_code = ended[0][1].city_code
    policies = await policies_for(session, city_code, {_accepted(entitlement) for entitlement, _, _ in ended})
    judged = [
        (order, _ended_too_soon(policies[_accepted(entitlement)], entitlement, order, paid_on))
        for entitlement, order, paid_on in ended
    ]
    findings = [(order, finding) for order, finding in judged if finding is not None]
    await find_what_was_paid(session, findings, found_by=by, at=clock.now(city_code))


def _accepted(entitlement: Entitlement) -> Acceptance:
    return Acceptance(entitlement.accepted_on, entitlement.accepted_at)


def _ended_too_soon(policy: Snapshot, entitlement: Entitlement, order: PaymentOrder, paid_on: date) -> Finding | None:
    ended_on = entitlement.recognition_ended_on
    key = paying_terms(policy.pack).stands_months if policy.pack.paying else ""
    months = policy.whole(key, accepted=_accepted(entitlement)) if key else None
    if months is None or ended_on is None or ended_on >= months_later(paid_on, months):
        return None
    return Finding(
        Cause.RECOGNITION_ENDED,
        order.amount_fen,
        f"认定于{ended_on.isoformat()}终止,距拨付不足{months}个月",
        (),
        clauses=policy.pack.parameters[key].clauses,
        source_id=entitlement.recognition_id or entitlement.evaluation_id,
    )
