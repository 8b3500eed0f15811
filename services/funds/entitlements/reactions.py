"""What an entitlement does when something happened elsewhere: a recognition, a new policy, the bank's word."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import EntitlementPaid
from contracts.policy import PolicySnapshotPublished
from contracts.registry import CarrierRecognised
from contracts.registry_carriers import CarrierRecognitionEnded
from contracts.registry_reports import CarrierEvaluated
from kernel import clock
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.timers import Timer, schedule, schedule_all
from policy.determinations import finding_document
from policy.store import on_snapshot_published
from services.funds.access import SYSTEM
from services.funds.applications.reactions import expect_determinations
from services.funds.entitlements.endings import END, end_awards, find_ended
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.queries import AWAITING_POLICY, awaiting_policy, ended_among
from services.funds.entitlements.service import determine_if_changed, open_entitlements
from services.funds.entitlements.states import MOVES, Fact
from services.funds.entitlements.unapplied import open_for_evaluation
from services.funds.payments.models import PaymentOrder
from services.funds.payments.rules import payee_gone
from services.funds.payments.subjects import Word, move_each
from services.funds.spending.service import expect_reports, report_demand_fell

DETERMINE = "entitlement.determine"


async def on_carrier_recognised(session: AsyncSession, event: Received[CarrierRecognised]) -> None:
    """A recognised carrier may be owed an award."""
    await open_entitlements(session, city_code=event.city_code, recognised=event.data, prepared_by=SYSTEM)


async def on_carrier_evaluated(session: AsyncSession, event: Received[CarrierEvaluated]) -> None:
    """A carrier graded well enough is owed an award it need not apply for."""
    await open_for_evaluation(session, city_code=event.city_code, evaluated=event.data, prepared_by=SYSTEM)


async def on_recognition_ended(session: AsyncSession, event: Received[CarrierRecognitionEnded]) -> None:
    """What rests on it and is not paid is stopped; what was paid too shortly before is found to come back."""
    await end_awards(session, city_code=event.city_code, ended=event.data)


async def on_policy_published(session: AsyncSession, event: Received[PolicySnapshotPublished]) -> None:
    """Keep the policy, and have what waits determined again: each in a transaction of its own, by a timer due now."""
    await on_snapshot_published(session, event.envelope)
    # One that cannot be determined must not keep the policy itself, or the others, from arriving.
    for entitlement_id in await awaiting_policy(session, event.city_code, event.data.version):
        await schedule(
            session,
            kind=DETERMINE,
            object_id=entitlement_id,
            city_code=event.city_code,
            due_at=clock.now(event.city_code),
        )
    await expect_determinations(session, event.city_code, event.data.version)


async def on_determination_due(session: AsyncSession, timer: Timer) -> None:
    """See what the latest policy says, unless somebody decided in the meantime."""
    entitlement = await session.get(Entitlement, UUID(timer.object_id), with_for_update=True)
    if entitlement is not None and entitlement.status in AWAITING_POLICY:
        await determine_if_changed(session, entitlement=entitlement, prepared_by=SYSTEM)


async def entitlements_moved(session: AsyncSession, words: Sequence[Word]) -> None:
    """The bank has paid: the award is settled, and everyone who follows the case learns of it.

    Or the money came back: the award stands approved, its payment waits to be released again.
    """
    rows = await move_each(session, Entitlement, words, _move)
    paid = [word for word in words if word.is_paid]
    await find_ended(session, [(rows[word.order.subject_id], word.order, word.on) for word in paid], by=SYSTEM)
    await expect_reports(session, paid)


def _move(row: Entitlement, word: Word) -> EntitlementPaid | None:
    fact = Fact.PAID if word.is_paid else Fact.PAYMENT_RETURNED
    row.status, row.paid_on = status_after(fact, row.status, MOVES), word.on if word.is_paid else None
    if not word.is_paid:
        return None
    return EntitlementPaid(
        case_id=row.case_id,
        entitlement_id=row.id,
        payment_order_id=word.order.id,
        amount_fen=word.order.amount_fen,
        settled_on=word.on,
    )


async def entitlement_payments_reopened(session: AsyncSession, words: Sequence[Word]) -> None:
    """What rests on a recognition that ended meanwhile is not paid again: it is stopped in a transaction of its own."""
    await _look_again_if_ended(session, [word.order for word in words])


async def entitlement_demand_fell(session: AsyncSession, order: PaymentOrder, on: date) -> None:
    """What the end of its recognition, or its report, could not find because it was demanded back already."""
    await _look_again_if_ended(session, [order])
    await report_demand_fell(session, order, on)


async def _look_again_if_ended(session: AsyncSession, orders: Sequence[PaymentOrder]) -> None:
    """All of one city."""
    city_code, ended = orders[0].city_code, await ended_among(session, [order.subject_id for order in orders])
    now = clock.now(city_code)
    await schedule_all(session, {(END, entitlement_id): now for entitlement_id in ended}, city_code=city_code)


async def entitlement_payment_cancelled(session: AsyncSession, order: PaymentOrder, _on: date) -> None:
    """Its payee is no more: the award falls."""
    entitlement = await session.get_one(Entitlement, order.subject_id, with_for_update=True)
    entitlement.status = status_after(Fact.STOPPED, entitlement.status, MOVES)
    entitlement.reasons = [finding_document(payee_gone())]
