"""Reads of carriers. Recognised carriers are public in their city; others exist for their operator and the staff."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, distinct, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.carriers.filters import CarrierFilter
from services.registry.carriers.geo import Box
from services.registry.carriers.models import Carrier, CarrierLevel, CarrierOffer, CarrierWarning, Level, Premises
from services.registry.carriers.searching import named_like
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by, is_staff

ORDER = (Carrier.recorded_at, Carrier.id)


class Tally(NamedTuple):
    """How many carriers have the value."""

    value: str
    carriers: int


def run_by(caller: Caller) -> ColumnElement[bool]:
    """Carriers of organisations the caller may act for."""
    held = select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))
    return Carrier.operator_id.in_(held)


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The carriers of the caller's city that exist for the caller."""
    in_city = Carrier.city_code == caller.city
    if is_staff(caller):
        return in_city
    return in_city & (Carrier.is_public | run_by(caller))


async def find_carrier(session: AsyncSession, carrier_id: UUID, *, caller: Caller) -> Carrier:
    """With operator, premises, levels, offers and warnings. Raises NotFound."""
    return await _one(session, _whole().where(Carrier.id == carrier_id, seen_by(caller)))


async def find_own_carrier(session: AsyncSession, carrier_id: UUID, *, caller: Caller) -> Carrier:
    """One the caller may change, locked. Raises NotFound."""
    return await _one(session, _whole().where(Carrier.id == carrier_id, held(caller)).with_for_update(of=Carrier))


def held(caller: Caller) -> ColumnElement[bool]:
    """The carriers the caller may change, and whose tenants it sees: its own, or for the staff all of the city."""
    in_city = Carrier.city_code == caller.city
    return in_city if is_staff(caller) else in_city & run_by(caller)


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
    session: AsyncSession, page: PageQuery, *, caller: Caller, wanted: CarrierFilter
) -> tuple[list[Carrier], str | None]:
    """In the order they were registered."""
    statement = _whole().where(seen_by(caller), *await _conditions(session, wanted, caller))
    return await page_of(session, statement, page, ORDER)


async def list_places(
    session: AsyncSession, page: PageQuery, *, caller: Caller, wanted: CarrierFilter, box: Box | None
) -> tuple[list[Premises], str | None]:
    """Present addresses with coordinates, of the carriers asked for; within the box, each by its own datum."""
    placed = [Premises.city_code == caller.city, Premises.ended_on.is_(None), Premises.datum.is_not(None)]
    if box is not None:
        placed.append(Premises.longitude_e6.between(box.west, box.east))
        placed.append(Premises.latitude_e6.between(box.south, box.north))
    # In a query of its own: what asks for a district looks at the carrier's addresses, not at the one shown.
    carriers = select(Carrier.id).where(seen_by(caller), *await _conditions(session, wanted, caller))
    statement = select(Premises).where(*placed, Premises.carrier_id.in_(carriers))
    statement = statement.options(selectinload(Premises.carrier).selectinload(Carrier.levels))
    return await page_of(session, statement, page, (Premises.recorded_at, Premises.id))


async def premises_of(session: AsyncSession, carrier_id: UUID) -> Sequence[Premises]:
    """Every address it had, in the order they were recorded."""
    return (
        await session.scalars(select(Premises).where(Premises.carrier_id == carrier_id).order_by(Premises.id))
    ).all()


async def open_warnings(session: AsyncSession, carrier_id: UUID) -> Sequence[CarrierWarning]:
    """Those nobody ended."""
    standing = (CarrierWarning.carrier_id == carrier_id, CarrierWarning.ended_on.is_(None))
    return (await session.scalars(select(CarrierWarning).where(*standing).order_by(CarrierWarning.id))).all()


async def count_carriers(
    session: AsyncSession, *, caller: Caller, wanted: CarrierFilter
) -> tuple[int, dict[str, list[Tally]]]:
    """How many there are, and by kind, category, level held and district."""
    found = select(Carrier.id).where(seen_by(caller), *await _conditions(session, wanted, caller))
    total = await session.scalar(select(func.count()).select_from(found.subquery()))
    own, levels = Carrier.id.in_(found), CarrierLevel.carrier_id.in_(found)
    standing = and_(Premises.carrier_id.in_(found), Premises.ended_on.is_(None))
    return total or 0, {
        "by_kind": await _tallies(session, Carrier.kind, Carrier.id, own),
        "by_category": await _tallies(session, Carrier.category, Carrier.id, own),
        "by_level": await _tallies(
            session, CarrierLevel.level, CarrierLevel.carrier_id, levels & CarrierLevel.ended_on.is_(None)
        ),
        "by_district": await _tallies(session, Premises.district_code, Premises.carrier_id, standing),
    }


async def _tallies(
    session: AsyncSession,
    value: InstrumentedAttribute[object] | ColumnElement[object],
    carrier_id: InstrumentedAttribute[UUID],
    where: ColumnElement[bool],
) -> list[Tally]:
    counted = select(value, func.count(distinct(carrier_id))).where(where, value.is_not(None))
    return [Tally(str(row[0]), row[1]) for row in await session.execute(counted.group_by(value).order_by(value))]


async def _conditions(session: AsyncSession, wanted: CarrierFilter, caller: Caller) -> list[ColumnElement[bool]]:
    same = {
        Carrier.kind: wanted.kind,
        Carrier.category: wanted.category,
        Carrier.operator_id: wanted.operator_id,
    }
    found = [column == value for column, value in same.items() if value is not None]
    if wanted.district_code is not None:
        found.append(_stands_in(wanted.district_code))
    if wanted.level is not None or wanted.is_key is not None:
        found.append(_holds(wanted.level, wanted.is_key))
    if wanted.service is not None:
        offered = (CarrierOffer.carrier_id == Carrier.id, CarrierOffer.ended_on.is_(None))
        found.append(exists().where(*offered, CarrierOffer.service == wanted.service))
    if wanted.has_free_seats is not None:
        found.append(_has_free_seats() if wanted.has_free_seats else ~func.coalesce(_has_free_seats(), False))
    if wanted.has_warnings is not None:
        warned = _is_warned(caller)
        found.append(warned if wanted.has_warnings else ~warned)
    if wanted.q is not None:
        like = named_like(
            session,
            wanted.q,
            row_id=Carrier.id,
            grams=Carrier.grams,
            plain=Carrier.plain,
            within=[Carrier.city_code == caller.city],
            order=ORDER,
        )
        found.append(await like)
    return found


def _has_free_seats() -> ColumnElement[bool]:
    return Carrier.seats > Carrier.seats_taken


def _is_warned(caller: Caller) -> ColumnElement[bool]:
    """A warning is for the staff and the operator: to others, a carrier has none."""
    warned = exists().where(CarrierWarning.carrier_id == Carrier.id, CarrierWarning.ended_on.is_(None))
    return warned if is_staff(caller) else warned & run_by(caller)


def _stands_in(district_code: str) -> ColumnElement[bool]:
    current = (Premises.carrier_id == Carrier.id, Premises.ended_on.is_(None))
    return exists().where(*current, Premises.district_code == district_code)


def _holds(level: Level | None, is_key: bool | None) -> ColumnElement[bool]:
    wanted = {CarrierLevel.level: level, CarrierLevel.is_key: is_key}
    given = [column == value for column, value in wanted.items() if value is not None]
    return exists().where(CarrierLevel.carrier_id == Carrier.id, CarrierLevel.ended_on.is_(None), *given)


def _whole() -> Select[Carrier]:
    loaded = (Carrier.operator, Carrier.premises, Carrier.levels, Carrier.offers, Carrier.warnings)
    return select(Carrier).options(*map(selectinload, loaded)).execution_options(populate_existing=True)


async def _one(session: AsyncSession, statement: Select[Carrier]) -> Carrier:
    row: Carrier | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row
