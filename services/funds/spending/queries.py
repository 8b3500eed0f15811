"""Reads of spending reports: a payee sees its own, staff the city's."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.owning import own_only, own_organisations
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.clawback.models import Clawback
from services.funds.clawback.states import Status as ClawbackStatus
from services.funds.payments.succession import merged_into
from services.funds.spending.models import SpendingReport
from services.funds.spending.states import Status


def reports_of(caller: Caller, *, status: Status | None, payee_id: UUID | None) -> Select[SpendingReport]:
    """What the caller may know of; what its payee was to report whom it merged into reports."""
    merged = SpendingReport.payee_id.in_(merged_into(own_organisations(caller)))
    own = own_only(caller, SpendingReport.payee_id, beside=[merged])
    wanted = select(SpendingReport).where(SpendingReport.city_code == caller.city, *own)
    return wanted.where(*asked_for({SpendingReport.status: status, SpendingReport.payee_id: payee_id}))


async def get_report(session: AsyncSession, report_id: UUID, caller: Caller, *, lock: bool = False) -> SpendingReport:
    """One the caller may know of. Raises NotFound."""
    wanted = reports_of(caller, status=None, payee_id=None).where(SpendingReport.id == report_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row: SpendingReport | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def reports_on(session: AsyncSession, order_ids: Collection[UUID]) -> dict[UUID, SpendingReport]:
    """The reports on what orders paid, by order, locked in one order."""
    wanted = select(SpendingReport).where(among(SpendingReport.order_id, order_ids)).order_by(SpendingReport.id)
    found = await session.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return {row.order_id: row for row in found}


async def found_nothing_left(session: AsyncSession, order_id: UUID) -> UUID | None:
    """The report that would demand an order's money back, had it not been demanded back already.

    What a report is short of was not demanded either where all that is demanded for it is from before it was checked,
    because nothing came in time, and was dropped.
    """
    wanted = (SpendingReport.order_id == order_id, SpendingReport.status.in_((Status.OVERDUE, Status.SHORT)))
    earlier = exists().where(
        SpendingReport.status == Status.SHORT,
        Clawback.id == SpendingReport.clawback_id,
        Clawback.status == ClawbackStatus.DROPPED,
        Clawback.found_at < SpendingReport.checked_at,
    )
    nothing_of_its_own = or_(SpendingReport.clawback_id.is_(None), earlier)
    found: UUID | None = await session.scalar(select(SpendingReport.id).where(*wanted, nothing_of_its_own))
    return found
