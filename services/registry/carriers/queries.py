"""Reads of carriers. Recognised carriers are public in their city; others exist for their operator and the staff."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from kernel.auth import Caller
from kernel.bigrams import searchable
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.filters import CarrierFilter
from services.registry.carriers.geo import Box
from services.registry.carriers.models import Carrier, CarrierKind, CarrierLevel, CarrierWarning, Premises
from services.registry.carriers.searching import named_like
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by, is_held_by

ORDER = (Carrier.recorded_at, Carrier.id)
TALLIED = ("by_kind", "by_category", "by_level", "by_district")


class Tally(NamedTuple):
    """How many carriers have the value."""

    value: str
    carriers: int


def run_by(caller: Caller) -> ColumnElement[bool]:
    """Carriers of organisations the caller may act for."""
    held = select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))
    return Carrier.operator_id.in_(held)


def held_on(day: date) -> ColumnElement[bool]:
    """Levels that stood on the day; of one at hand it is `CarrierLevel.held_on`."""
    return (CarrierLevel.recognised_on <= day) & or_(CarrierLevel.ended_on.is_(None), CarrierLevel.ended_on > day)


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


async def hold_spaces(session: AsyncSession, operator_id: UUID) -> None:
    """One use case at a time may find out what the operator has entered. No key in the database: see decision 0056."""
    key = f"carriers:{operator_id}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def own_space(
    session: AsyncSession, operator_id: UUID, kind: CarrierKind, name: str, *, besides: UUID | None = None
) -> UUID | None:
    """The space of the kind and name, however typed, that the operator runs already. Holds its spaces."""
    await hold_spaces(session, operator_id)
    same = (Carrier.operator_id == operator_id, Carrier.kind == kind, Carrier.plain == searchable(name))
    wanted = select(Carrier.id).where(*same, Carrier.id.is_distinct_from(besides)).order_by(Carrier.id).limit(1)
    found: UUID | None = await session.scalar(wanted)
    return found


async def lock_carriers(session: AsyncSession, carrier_ids: Collection[UUID]) -> Sequence[Carrier]:
    """Bare, in one order."""
    wanted = select(Carrier).where(Carrier.id.in_(carrier_ids)).order_by(Carrier.id).with_for_update()
    return (await session.scalars(wanted.execution_options(populate_existing=True))).all()


def is_own(carrier: Carrier, caller: Caller) -> bool:
    """Whether the caller sees what only the operator states of it. For a carrier read with its operator."""
    return is_staff(caller) or is_held_by(carrier.operator, caller)


async def list_carriers(
    session: AsyncSession, page: PageQuery, *, caller: Caller, wanted: CarrierFilter
) -> tuple[list[Carrier], str | None]:
    """In the order they were registered."""
    statement = _whole().where(*await _conditions(session, wanted, caller))
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
    carriers = select(Carrier.id).where(*await _conditions(session, wanted, caller))
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
    """How many there are, and by kind, category, level held and district: counted in one pass over them."""
    alike = (Carrier.kind, Carrier.category, Carrier.tags)
    counted = select(*alike, func.count()).where(*await _conditions(session, wanted, caller)).group_by(*alike)
    total, tallies = 0, {name: Counter[str]() for name in TALLIED}
    for kind, category, tags, carriers in await session.execute(counted):
        total += carriers
        for name, value in (("by_kind", kind), ("by_category", category), *map(_tallied, tags)):
            if name in TALLIED and value is not None:
                tallies[name][value] += carriers
    return total, {name: [Tally(*one) for one in sorted(found.items())] for name, found in tallies.items()}


def _tallied(tag: str) -> tuple[str, str | None]:
    """By what a tag is counted: `level:municipal` is; `level:municipal:true` and `service:finance` are not."""
    name, _, value = tag.partition(":")
    return f"by_{name}", None if ":" in value else value


async def _conditions(session: AsyncSession, wanted: CarrierFilter, caller: Caller) -> list[ColumnElement[bool]]:
    same = {
        Carrier.kind: wanted.kind,
        Carrier.category: wanted.category,
        Carrier.operator_id: wanted.operator_id,
    }
    found = [seen_by(caller), *asked_for(same)]
    tags = _tags(wanted)
    if tags:
        found.append(Carrier.tags.contains(tags))
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
            within=found,
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


def _tags(wanted: CarrierFilter) -> list[str]:
    """What the carriers have to be marked with; a level and whether it is a key one are asked of the same level."""
    key = None if wanted.is_key is None else str(wanted.is_key).lower()
    level = wanted.level
    held = f"level:{level}:{key}" if level and key else f"level:{level}" if level else f"key:{key}" if key else None
    district = wanted.district_code and f"district:{wanted.district_code}"
    service = wanted.service and f"service:{wanted.service}"
    return [tag for tag in (held, district, service) if tag]


def _whole() -> Select[Carrier]:
    loaded = map(selectinload, (Carrier.premises, Carrier.levels, Carrier.offers, Carrier.warnings))
    statement = select(Carrier).options(joinedload(Carrier.operator, innerjoin=True), *loaded)
    return statement.execution_options(populate_existing=True)


async def _one(session: AsyncSession, statement: Select[Carrier]) -> Carrier:
    row: Carrier | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row
