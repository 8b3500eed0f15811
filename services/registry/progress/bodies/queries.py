"""Reads of bodies and reporters, always of the caller's city."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by
from services.registry.progress.bodies.models import Body, Reporter, Seat


async def find_body(session: AsyncSession, body_id: UUID, *, caller: Caller, for_update: bool = False) -> Body:
    """With every seat it ever had. Raises NotFound."""
    statement = _whole().where(Body.id == body_id, Body.city_code == caller.city)
    row: Body | None = await session.scalar(statement.with_for_update(of=Body) if for_update else statement)
    if row is None:
        raise NotFound
    return row


async def all_bodies(session: AsyncSession, *, caller: Caller) -> Sequence[Body]:
    """A city has a handful."""
    found = await session.scalars(_whole().where(Body.city_code == caller.city).order_by(Body.established_on, Body.id))
    return found.all()


def seats_on(body: Body, day: date) -> list[Seat]:
    """Who held a post on the day."""
    return [seat for seat in body.seats if seat.since_on <= day and (seat.ended_on is None or day < seat.ended_on)]


def acts_for(caller: Caller) -> ColumnElement[bool]:
    """The reporters the caller may report for: all for the staff of the city, else those of its organisations."""
    in_city = Reporter.city_code == caller.city
    if is_staff(caller):
        return in_city
    held = select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))
    return in_city & Reporter.organisation_id.in_(held)


async def find_reporter(session: AsyncSession, reporter_id: UUID, *, caller: Caller) -> Reporter:
    """One the caller may act for, locked. Raises NotFound."""
    wanted = select(Reporter).where(Reporter.id == reporter_id, acts_for(caller)).with_for_update()
    row: Reporter | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def list_reporters(
    session: AsyncSession, page: PageQuery, *, caller: Caller, role: str | None
) -> tuple[list[Reporter], str | None]:
    """In the order they were entered."""
    statement = select(Reporter).where(acts_for(caller))
    if role is not None:
        statement = statement.where(Reporter.role == role)
    return await page_of(session, statement, page, (Reporter.recorded_at, Reporter.id))


async def owing(session: AsyncSession, city_code: str, role: str, day: date) -> Sequence[Reporter]:
    """Who owes a report of this role on the day."""
    in_office = (Reporter.since_on <= day, or_(Reporter.ended_on.is_(None), Reporter.ended_on > day))
    wanted = select(Reporter).where(Reporter.city_code == city_code, Reporter.role == role, *in_office)
    return (await session.scalars(wanted.order_by(Reporter.recorded_at, Reporter.id))).all()


def _whole() -> Select[Body]:
    return select(Body).options(selectinload(Body.seats)).execution_options(populate_existing=True)
