"""Reads of hosting statements: a host sees its own, staff the city's."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import own_only
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.events.attendance.records.queries import attendance_of
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Status as EventStatus
from services.events.hosting.models import HostingLine, HostingStatement
from services.events.hosting.rules import Held
from services.events.hosting.states import Status


async def held(session: AsyncSession, event: CalendarEvent, *, now: datetime) -> Held:
    """What the calendar says of an event, as the rules take it."""
    hosts = frozenset({event.host_id, *(one.id for one in event.co_hosts)})
    record = await attendance_of(session, event.id)
    return Held(event.status is EventStatus.CANCELLED, event.ends_at <= now, hosts, record.persons if record else None)


def statements_of(caller: Caller) -> Select[HostingStatement]:
    """What the caller may know of."""
    return select(HostingStatement).where(
        HostingStatement.city_code == caller.city, *own_only(caller, HostingStatement.host_id)
    )


async def find_statements(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    event_id: UUID | None,
    host_id: UUID | None,
    status: Status | None,
) -> tuple[list[HostingStatement], str | None]:
    """Statements in the order they were made, every edition."""
    asked = {
        HostingStatement.event_id: event_id, HostingStatement.host_id: host_id, HostingStatement.status: status,
    }  # fmt: skip
    wanted = statements_of(caller).where(*asked_for(asked))
    return await page_of(session, wanted, page, (HostingStatement.recorded_at, HostingStatement.id))


async def statement_for(
    session: AsyncSession, statement_id: UUID, *, caller: Caller, lock: bool = False
) -> HostingStatement:
    """One the caller may know of. Raises NotFound."""
    wanted = statements_of(caller).where(HostingStatement.id == statement_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row: HostingStatement | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def lines_of(session: AsyncSession, statement_ids: Iterable[UUID]) -> list[HostingLine]:
    """Lines of statements, each statement's by their place."""
    wanted = select(HostingLine).where(HostingLine.statement_id.in_(list(statement_ids)))
    return list(await session.scalars(wanted.order_by(HostingLine.statement_id, HostingLine.place)))


async def taken_among(
    session: AsyncSession, fingerprints: Sequence[str], *, city_code: str, event_id: UUID, host_id: UUID
) -> set[str]:
    """Invoices that live in a statement of another host, or of the host about another event."""
    wanted = (
        select(HostingLine.fingerprint)
        .join(HostingStatement, HostingStatement.id == HostingLine.statement_id)
        .where(
            HostingLine.city_code == city_code,
            HostingLine.is_live,
            HostingLine.fingerprint.in_(fingerprints),
            (HostingStatement.event_id != event_id) | (HostingStatement.host_id != host_id),
        )
    )
    return set(await session.scalars(wanted))


async def has_confirmed_cost(session: AsyncSession, event_id: UUID) -> bool:
    """Whether others were told what the event cost a host, in any edition."""
    told = exists().where(HostingStatement.event_id == event_id, HostingStatement.confirmed_at.is_not(None))
    return bool(await session.scalar(select(told)))
