"""How a host goes: with its last firm, or when the clock says so; who has not moved by then is named."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import AddressHostLeft
from kernel import clock
from kernel.moves import status_after
from kernel.outbox import record
from kernel.timers import Timer, cancel, schedule_after
from kernel.workdays import Workdays, is_news, settled
from policy.calendar import workdays
from services.registry.premises.models import AddressHost, AddressRegistration
from services.registry.premises.queries import hosted_by, read_host
from services.registry.premises.states import (
    HOST_MOVES,
    REGISTRATION_MOVES,
    HostFact,
    HostStatus,
    RegistrationFact,
)
from services.registry.recounting.telling import tell_settled

MOVE_ENDS = "premises.host_move_ends"


async def end_move(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer after the last day: who has not moved stands without a host, by name."""
    row = await read_host(session, UUID(timer.object_id), timer.city_code)
    if row.status is not HostStatus.LEAVING:
        return
    await _recount(session, row, workdays())
    if row.move_by is None or row.move_by < clock.today(row.city_code):
        await let_go(session, row, await hosted_by(session, row.id))


async def recount_moves(session: AsyncSession, city_code: str, *, days: Workdays) -> None:
    """Every provisional day of the city by which firms have to move."""
    leaving = (AddressHost.city_code == city_code, AddressHost.status == HostStatus.LEAVING)
    found = select(AddressHost).where(*leaving, AddressHost.move_by_provisional.is_(True)).order_by(AddressHost.id)
    for row in (await session.scalars(found.with_for_update())).all():
        await _recount(session, row, days)


async def _recount(session: AsyncSession, row: AddressHost, days: Workdays) -> None:
    told_on = row.move_by
    if not row.move_by_provisional or told_on is None or row.leaving_on is None or row.move_working_days is None:
        return
    due = settled(told_on, days.add(row.leaving_on, row.move_working_days))
    if not is_news(told_on, due):
        return
    row.move_by, row.move_by_provisional = due.on, due.provisional
    row.version += 1
    await schedule_after(session, due.on, kind=MOVE_ENDS, object_id=row.id, city_code=row.city_code)
    await tell_settled(
        session, row.city_code, kind="host_move", object_id=row.id, told_on=told_on, due=due,
        organisation_id=row.organisation_id,
    )  # fmt: skip


async def let_go(session: AsyncSession, row: AddressHost, firms: list[AddressRegistration]) -> None:
    """The host has left; firms that had not moved stand without one."""
    row.status = status_after(HostFact.LEFT, row.status, HOST_MOVES)
    row.left_on = clock.today(row.city_code)
    row.version += 1
    for firm in firms:
        firm.status = status_after(RegistrationFact.HOST_LEFT, firm.status, REGISTRATION_MOVES)
    told = AddressHostLeft(
        host_id=row.id,
        organisation_id=row.organisation_id,
        left_on=row.left_on,
        stranded=[firm.organisation_id for firm in firms],
    )
    await record(session, told, city_code=row.city_code, subject=row.id)


async def gone_if_empty(session: AsyncSession, host: AddressHost) -> None:
    """A host that was only waiting for its firms to move."""
    if host.status is HostStatus.LEAVING and not await hosted_by(session, host.id):
        await cancel(session, kind=MOVE_ENDS, object_id=host.id)
        await let_go(session, host, [])
