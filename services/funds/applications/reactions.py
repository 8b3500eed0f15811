"""What happens to applications when something happened elsewhere: a new policy, the bank's word."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ApplicationPaid
from kernel import clock
from kernel.moves import status_after
from kernel.outbox import record_all
from kernel.timers import Timer, schedule
from services.funds.applications.models import Application
from services.funds.applications.queries import application_of_order, waiting_for_policy
from services.funds.applications.service import determine_anew, refuse_unpayable
from services.funds.applications.states import MOVES, Fact
from services.funds.payments.models import PaymentOrder
from services.funds.payments.subjects import Word
from services.funds.rows import held, write_together
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
    rows = await held(session, Application, [word.order.subject_id for word in words])
    for word in words:
        row, fact = rows[word.order.subject_id], Fact.PAID if word.is_paid else Fact.PAYMENT_RETURNED
        row.status, row.paid_on = status_after(fact, row.status, MOVES), word.on if word.is_paid else None
    await write_together(session, rows.values())
    paid = [word for word in words if word.is_paid]
    told = [(_paid(rows[word.order.subject_id], word), word.order.subject_id) for word in paid]
    await record_all(session, told, city_code=words[0].order.city_code)
    await expect_reports(session, paid)


def _paid(row: Application, word: Word) -> ApplicationPaid:
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
    await refuse_unpayable(session, await application_of_order(session, order), Fact.PAYEE_ENDED)
