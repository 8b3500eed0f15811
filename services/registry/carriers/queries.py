"""Reads of carriers. Recognised carriers are public in their city; others exist for their operator and the staff."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier, CarrierKind, CarrierLevel, Level, Premises
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by, is_staff


def run_by(caller: Caller) -> ColumnElement[bool]:
    """Carriers of organisations the caller may act for."""
    held = select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))
    return Carrier.operator_id.in_(held)


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The carriers of the caller's city that exist for the caller."""
    in_city = Carrier.city_code == caller.city
    if is_staff(caller):
        return in_city
    recognised = exists().where(CarrierLevel.carrier_id == Carrier.id)
    return in_city & (recognised | run_by(caller))


async def find_carrier(session: AsyncSession, carrier_id: UUID, *, caller: Caller) -> Carrier:
    """With operator, premises and levels. Raises NotFound."""
    return await _one(session, _whole().where(Carrier.id == carrier_id, seen_by(caller)))


async def find_own_carrier(session: AsyncSession, carrier_id: UUID, *, caller: Caller) -> Carrier:
    """One the caller may change, locked. Raises NotFound."""
    mine = Carrier.city_code == caller.city if is_staff(caller) else run_by(caller)
    return await _one(session, _whole().where(Carrier.id == carrier_id, mine).with_for_update(of=Carrier))


async def read_carrier(session: AsyncSession, carrier_id: UUID, city_code: str) -> Carrier | None:
    """Any carrier of the city, locked: whoever opens, reviews or decides something about it comes one by one."""
    statement = _whole().where(Carrier.id == carrier_id, Carrier.city_code == city_code)
    row: Carrier | None = await session.scalar(statement.with_for_update(of=Carrier))
    return row


async def own_among(session: AsyncSession, carriers: list[Carrier], caller: Caller) -> set[UUID]:
    """The ids, of those given, whose operator's own facts the caller sees."""
    ids = {carrier.id for carrier in carriers}
    if is_staff(caller) or not ids:
        return ids
    return set(await session.scalars(select(Carrier.id).where(Carrier.id.in_(ids), run_by(caller))))


async def list_carriers(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    kind: CarrierKind | None,
    level: Level | None,
    is_key: bool | None,
    district_code: str | None,
    operator_id: UUID | None,
) -> tuple[list[Carrier], str | None]:
    """In the order they were registered; `level` and `is_key` ask for a level held at present."""
    statement = _whole().where(seen_by(caller))
    if kind is not None:
        statement = statement.where(Carrier.kind == kind)
    if operator_id is not None:
        statement = statement.where(Carrier.operator_id == operator_id)
    if district_code is not None:
        statement = statement.where(_stands_in(district_code))
    if level is not None or is_key is not None:
        statement = statement.where(_holds(level, is_key))
    return await page_of(session, statement, page, (Carrier.recorded_at, Carrier.id))


def _stands_in(district_code: str) -> ColumnElement[bool]:
    current = (Premises.carrier_id == Carrier.id, Premises.ended_on.is_(None))
    return exists().where(*current, Premises.district_code == district_code)


def _holds(level: Level | None, is_key: bool | None) -> ColumnElement[bool]:
    wanted = {CarrierLevel.level: level, CarrierLevel.is_key: is_key}
    given = [column == value for column, value in wanted.items() if value is not None]
    return exists().where(CarrierLevel.carrier_id == Carrier.id, CarrierLevel.ended_on.is_(None), *given)


def _whole() -> Select[Carrier]:
    loaded = (selectinload(Carrier.operator), selectinload(Carrier.premises), selectinload(Carrier.levels))
    return select(Carrier).options(*loaded).execution_options(populate_existing=True)


async def _one(session: AsyncSession, statement: Select[Carrier]) -> Carrier:
    row: Carrier | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row
