"""Reads of bars."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.vouchers.integrity.bars.models import Bar
from services.vouchers.integrity.bars.rules import BarredDays
from services.vouchers.integrity.bars.states import CONFIRMED, Status


async def bar_for(session: AsyncSession, bar_id: UUID, *, caller: Caller, lock: bool = False) -> Bar:
    """One bar; 404 for another city's."""
    bar = await session.get(Bar, bar_id, with_for_update=lock or None)
    if bar is None:
        raise NotFound
    caller.must_act_in(bar.city_code)
    return bar


async def list_bars(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    organisation_id: UUID | None,
    status: Status | None,
    on: date | None,
) -> tuple[list[Bar], str | None]:
    """Bars of the city, oldest first; `on`: only those that hold on that day."""
    wanted = {Bar.organisation_id: organisation_id, Bar.status: status}
    found = select(Bar).where(Bar.city_code == caller.city, *asked_for(wanted))
    if on is not None:
        found = found.where(*holds_on(on))
    return await page_of(session, found, page, (Bar.recorded_at, Bar.id))


def holds_on(day: date) -> list[ColumnElement[bool]]:
    """A bar that holds on the day: what `BarredDays.holds` says, for a query."""
    lifted_later = or_(Bar.lifted_on.is_(None), Bar.lifted_on > day)
    return [Bar.status.in_(CONFIRMED), Bar.from_on <= day, Bar.until_on >= day, lifted_later]


async def barred_days(session: AsyncSession, organisations: Collection[UUID], *, city_code: str) -> list[BarredDays]:
    """Every confirmed bar of these organisations."""
    found = await session.execute(
        select(Bar.from_on, Bar.until_on, Bar.lifted_on).where(
            Bar.city_code == city_code, Bar.organisation_id.in_(organisations), Bar.status.in_(CONFIRMED)
        )
    )
    return [BarredDays(*row) for row in found]
