"""What happens to applications when something happened elsewhere: a new policy, the bank's word."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ApplicationPaid
from kernel import clock
from kernel.moves import status_after
from kernel.timers import Timer, schedule
from services.funds.applications.models import Application
from services.funds.applications.queries import application_of_order, waiting_for_policy
from services.funds.applications.service import determine_anew, refuse_unpayable
from services.funds.applications.states import MOVES, Fact
from services.funds.payments.models import PaymentOrder
from services.funds.payments.subjects import Word, move_each
from services.funds.spending.service import expect_reports

DETERMINE = "application.determine"


async def expect_determinations(session: AsyncSession, city_code: str, version: int) -> None:
    """Have what an open parameter held up ruled on again, each in a transaction of its own."""
    for application_id in await waiting_for_policy(session, city_code, version):
        await schedule(
            session, kind=DETERMINE, object_id=application_id, city_code=city_code, due_at=clock.now(city_code)
        )


async def on_determination_due(session: AsyncSession, timer: Timer) -> None:
    """See what the latest policy says."""
    row = await session.get(Application, UUID(timer.object_id), with_for_update=True)
    if row is not None:
        await determine_anew(session, row)


async def applications_moved(session: AsyncSession, words: Sequence[Word]) -> None:
    """The bank has paid: the case is granted.

    Or the money came back: the application stands approved, its payment waits to be released again.
    """
    await move_each(session, Application, words, _move)
    await expect_reports(session, [word for word in words if word.is_paid])


def _move(row: Application, word: Word) -> ApplicationPaid | None:
    fact = Fact.PAID if word.is_paid else Fact.PAYMENT_RETURNED
    row.status, row.paid_on = status_after(fact, row.status, MOVES), word.on if word.is_paid else None
    if not word.is_paid:
        return None
    return ApplicationPaid(
        case_id=row.case_id,
        case_outcome="granted",
        application_id=row.id,
        payment_order_id=word.order.id,
        amount_fen=word.order.amount_fen,
        settled_on=word.on,
    )


async def application_payment_cancelled(session: AsyncSession, order: PaymentOrder, _on: date) -> None:
    """Its payee is no more: it is refused after all."""
    row = await application_of_order(session, order)
    await refuse_unpayable(session, row, Fact.PAYEE_ENDED, set_off_fen=order.offset_fen)
