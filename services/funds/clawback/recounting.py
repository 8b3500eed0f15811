"""Last days to object and to pay that lie in a year without a notice of holidays, counted again."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_clawback import ClawbackNotified
from kernel.clock import on_date
from kernel.outbox import record
from kernel.timers import schedule_after
from kernel.workdays import Workdays
from services.funds.clawback.models import Clawback
from services.funds.clawback.states import Status
from services.funds.payments.succession import who_goes_on_for
from services.funds.recounting.expecting import expect_recount
from services.funds.recounting.rules import counted_again
from services.funds.rows import free

DUE = "clawback.due"


async def recount_clawbacks(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every one of the city whose clock runs to a provisional day, and nobody works on."""
    objecting = (Clawback.status == Status.NOTIFIED) & Clawback.provisional
    paying = (Clawback.status == Status.RECEIVABLE) & Clawback.pay_provisional
    for row in await free(session, Clawback, Clawback.city_code == city_code, objecting | paying):
        if row.status is Status.NOTIFIED:
            if recount_objection_time(row, days):
                await tell_notified(session, row)
        else:
            await recount_time_to_pay(session, row, days)


def recount_objection_time(row: Clawback, days: Workdays) -> bool:
    """Of one of them, locked. Whether its payee may object for longer than it was told."""
    told_on = row.object_until_on
    due = counted_again(
        told_on,
        since=on_date(row.notified_at) if row.notified_at else None,
        working_days=row.objection_working_days,
        provisional=row.provisional,
        days=days,
    )
    if due is None:
        return False
    row.object_until_on, row.provisional = due.on, due.provisional
    return due.on != told_on


async def tell_notified(session: AsyncSession, row: Clawback) -> None:
    """Until when the payee may object."""
    assert row.object_until_on is not None  # noqa: S101 - set when it was notified
    told = ClawbackNotified(
        case_id=row.case_id,
        clawback_id=row.id,
        organisation_id=await who_goes_on_for(session, row.payee_id),
        payment_order_id=row.order_id,
        cause=row.cause,
        amount_fen=row.demanded_fen,
        object_until_on=row.object_until_on,
        provisional=row.provisional,
    )
    await record(session, told, city_code=row.city_code, subject=row.id)


async def recount_time_to_pay(session: AsyncSession, row: Clawback, days: Workdays) -> bool:
    """Of one of them, locked. Whether it is looked at on a later day: a plan has days that people named."""
    due = counted_again(
        row.pay_until_on,
        since=on_date(row.decided_at) if row.decided_at else None,
        working_days=row.pay_working_days,
        provisional=row.pay_provisional,
        days=days,
    )
    if due is None:
        return False
    is_later = due.on != row.pay_until_on and row.plan_approved_by is None
    row.pay_until_on, row.pay_provisional = due.on, due.provisional
    if is_later:
        await expect_by(session, row, due.on)
    return is_later


async def expect_by(session: AsyncSession, row: Clawback, due_on: date) -> None:
    """What has come is looked at when that day is over; one day at a time."""
    await schedule_after(session, due_on, kind=DUE, object_id=row.id, city_code=row.city_code)
    if row.pay_provisional:
        await expect_recount(session, row.city_code)
