"""Reads of premises. Staff see the city; others what their organisations hold, host, or are registered at."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier, CarrierKind
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by
from services.registry.premises.models import (
    AddressCertificate,
    AddressHost,
    AddressRegistration,
    HostReport,
    RegisteredAddress,
)
from services.registry.premises.states import HostStatus, Mode, RegistrationStatus

T = TypeVar("T")
_STANDS = AddressRegistration.ended_on.is_(None)


def _held(caller: Caller) -> Select[UUID]:
    return select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))


def _seen(caller: Caller, city: ColumnElement[bool], *mine: ColumnElement[bool]) -> ColumnElement[bool]:
    return city if is_staff(caller) else city & or_(*mine)


def _addresses(caller: Caller) -> ColumnElement[bool]:
    mine = RegisteredAddress.holder_id.in_(_held(caller))
    return _seen(caller, RegisteredAddress.city_code == caller.city, mine)


def _registrations(caller: Caller) -> ColumnElement[bool]:
    held = _held(caller)
    addresses = select(RegisteredAddress.id).where(RegisteredAddress.holder_id.in_(held))
    mine = (AddressRegistration.organisation_id.in_(held), AddressRegistration.address_id.in_(addresses))
    return _seen(caller, AddressRegistration.city_code == caller.city, *mine)


def _hosts(caller: Caller) -> ColumnElement[bool]:
    return _seen(caller, AddressHost.city_code == caller.city, AddressHost.organisation_id.in_(_held(caller)))


async def find_address(
    session: AsyncSession, address_id: UUID, *, caller: Caller, for_update: bool = False
) -> RegisteredAddress:
    """One the caller holds, or any for the city's staff. Raises NotFound."""
    return await _address(session, _addresses(caller) & (RegisteredAddress.id == address_id), for_update=for_update)


async def read_address(session: AsyncSession, address_id: UUID, city_code: str) -> RegisteredAddress:
    """Any address of the city, locked: registrations at one address come one by one. Raises NotFound."""
    wanted = (RegisteredAddress.id == address_id) & (RegisteredAddress.city_code == city_code)
    return await _address(session, wanted, for_update=True)


async def _address(session: AsyncSession, wanted: ColumnElement[bool], *, for_update: bool) -> RegisteredAddress:
    loaded = (selectinload(RegisteredAddress.holder), selectinload(RegisteredAddress.standing))
    statement = select(RegisteredAddress).where(wanted).options(*loaded).execution_options(populate_existing=True)
    if for_update:
        statement = statement.with_for_update(of=RegisteredAddress)
    return _one(await session.scalar(statement))


async def list_addresses(
    session: AsyncSession, page: PageQuery, *, caller: Caller, division_code: str | None
) -> tuple[list[RegisteredAddress], str | None]:
    """In the order they were entered."""
    statement = select(RegisteredAddress).where(_addresses(caller))
    statement = statement.options(selectinload(RegisteredAddress.standing))
    if division_code is not None:
        statement = statement.where(RegisteredAddress.division_code == division_code)
    return await page_of(session, statement, page, (RegisteredAddress.recorded_at, RegisteredAddress.id))


async def find_host(session: AsyncSession, host_id: UUID, *, caller: Caller, for_update: bool = False) -> AddressHost:
    """One the caller acts for, or any for the city's staff. Raises NotFound."""
    return await _host(session, _hosts(caller) & (AddressHost.id == host_id), for_update=for_update)


async def read_host(session: AsyncSession, host_id: UUID, city_code: str) -> AddressHost:
    """Any host of the city, locked. Raises NotFound."""
    return await _host(session, (AddressHost.id == host_id) & (AddressHost.city_code == city_code), for_update=True)


async def _host(session: AsyncSession, wanted: ColumnElement[bool], *, for_update: bool) -> AddressHost:
    statement = select(AddressHost).where(wanted).options(selectinload(AddressHost.organisation))
    statement = statement.execution_options(populate_existing=True)
    return _one(await session.scalar(statement.with_for_update(of=AddressHost) if for_update else statement))


async def list_hosts(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: HostStatus | None
) -> tuple[list[AddressHost], str | None]:
    """In the order they were admitted."""
    statement = select(AddressHost).where(_hosts(caller)).options(selectinload(AddressHost.organisation))
    if status is not None:
        statement = statement.where(AddressHost.status == status)
    return await page_of(session, statement, page, (AddressHost.recorded_at, AddressHost.id))


async def hosted_by(session: AsyncSession, host_id: UUID) -> list[AddressRegistration]:
    """The firms that stand with a host, locked."""
    statement = select(AddressRegistration).where(AddressRegistration.host_id == host_id, _STANDS)
    statement = statement.order_by(AddressRegistration.id).with_for_update()
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def hosts_about(session: AsyncSession, organisation_id: UUID) -> list[AddressHost]:
    """The hosts an organisation is, and those it stands with, locked by their ids. For who has its lock."""
    stands_with = select(AddressRegistration.host_id).where(
        AddressRegistration.organisation_id == organisation_id, _STANDS, AddressRegistration.host_id.is_not(None)
    )
    about = or_(AddressHost.organisation_id == organisation_id, AddressHost.id.in_(stands_with))
    statement = select(AddressHost).where(about, AddressHost.left_on.is_(None)).order_by(AddressHost.id)
    return list(await session.scalars(statement.with_for_update().execution_options(populate_existing=True)))


async def modes_hosted(session: AsyncSession, organisation_id: UUID) -> set[Mode]:
    """The ways in which an organisation hosts others and has not left."""
    wanted = (AddressHost.organisation_id == organisation_id, AddressHost.left_on.is_(None))
    return set(await session.scalars(select(AddressHost.mode).where(*wanted)))


async def hosted_number(session: AsyncSession, host_id: UUID) -> int:
    """How many firms stand with a host."""
    counted = select(func.count()).where(AddressRegistration.host_id == host_id, _STANDS)
    return await session.scalar(counted) or 0


async def hosted_at(session: AsyncSession, host_id: UUID, on: date) -> tuple[int, int]:
    """How many firms stood with a host when a day ended, and how many of them nobody reaches now."""
    stood = (
        AddressRegistration.host_id == host_id,
        AddressRegistration.registered_on <= on,
        or_(AddressRegistration.ended_on.is_(None), AddressRegistration.ended_on > on),
    )
    abnormal = func.count().filter(AddressRegistration.status == RegistrationStatus.ABNORMAL)
    hosted, unreachable = (await session.execute(select(func.count(), abnormal).where(*stood))).one()
    return hosted, unreachable


def _roster(host_id: UUID) -> Select[AddressRegistration]:
    loaded = (selectinload(AddressRegistration.organisation), selectinload(AddressRegistration.address))
    return select(AddressRegistration).where(AddressRegistration.host_id == host_id).options(*loaded)


async def roster_page(
    session: AsyncSession, page: PageQuery, host_id: UUID
) -> tuple[list[AddressRegistration], str | None]:
    """All the firms a host holds and held."""
    return await page_of(session, _roster(host_id), page, (AddressRegistration.recorded_at, AddressRegistration.id))


async def whole_roster(session: AsyncSession, host_id: UUID) -> list[AddressRegistration]:
    """For the workbook."""
    order = (AddressRegistration.recorded_at, AddressRegistration.id)
    return list(await session.scalars(_roster(host_id).order_by(*order)))


async def find_registration(
    session: AsyncSession, registration_id: UUID, *, caller: Caller, for_update: bool = False
) -> AddressRegistration:
    """With firm and address. Raises NotFound."""
    loaded = (selectinload(AddressRegistration.organisation), selectinload(AddressRegistration.address))
    wanted = (AddressRegistration.id == registration_id, _registrations(caller))
    statement = select(AddressRegistration).where(*wanted).options(*loaded).execution_options(populate_existing=True)
    if for_update:
        statement = statement.with_for_update(of=AddressRegistration)
    return _one(await session.scalar(statement))


async def list_registrations(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    organisation_id: UUID | None,
    address_id: UUID | None,
    status: RegistrationStatus | None,
) -> tuple[list[AddressRegistration], str | None]:
    """In the order they were made."""
    wanted = {
        AddressRegistration.organisation_id: organisation_id,
        AddressRegistration.address_id: address_id,
        AddressRegistration.status: status,
    }
    loaded = (selectinload(AddressRegistration.organisation), selectinload(AddressRegistration.address))
    statement = select(AddressRegistration).where(_registrations(caller), *asked_for(wanted)).options(*loaded)
    return await page_of(session, statement, page, (AddressRegistration.recorded_at, AddressRegistration.id))


async def standing_of(session: AsyncSession, organisation_id: UUID) -> list[AddressRegistration]:
    """Where a firm stands. Who holds the firm's lock may end it."""
    statement = select(AddressRegistration).where(AddressRegistration.organisation_id == organisation_id, _STANDS)
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def stood_on(session: AsyncSession, organisation_id: UUID, on: date) -> list[AddressRegistration]:
    """Where a firm stood on a day, with the addresses."""
    stood = (
        AddressRegistration.organisation_id == organisation_id,
        AddressRegistration.registered_on <= on,
        or_(AddressRegistration.ended_on.is_(None), AddressRegistration.ended_on > on),
    )
    statement = select(AddressRegistration).where(*stood).options(selectinload(AddressRegistration.address))
    return list(await session.scalars(statement.order_by(AddressRegistration.registered_on, AddressRegistration.id)))


async def is_makerspace(session: AsyncSession, carrier_id: UUID | None, city_code: str) -> bool:
    """Whether it is a makerspace of the city."""
    if carrier_id is None:
        return False
    wanted = (Carrier.id == carrier_id, Carrier.city_code == city_code, Carrier.kind == CarrierKind.MAKERSPACE)
    return await session.scalar(select(Carrier.id).where(*wanted)) is not None


async def find_certificate(session: AsyncSession, number: str, *, caller: Caller) -> AddressCertificate:
    """By the number on the paper: who has it may read it. Raises NotFound."""
    statement = select(AddressCertificate).where(
        AddressCertificate.city_code == caller.city, AddressCertificate.number == number
    )
    return _one(await session.scalar(statement.options(selectinload(AddressCertificate.registration))))


async def reports_of(session: AsyncSession, host_id: UUID) -> list[HostReport]:
    """Oldest first."""
    return list(
        await session.scalars(select(HostReport).where(HostReport.host_id == host_id).order_by(HostReport.year))
    )


async def organisation_to_register(session: AsyncSession, organisation_id: UUID, caller: Caller) -> Organisation:
    """A firm the caller acts for, or any for the city's staff, locked: it comes to one address at a time."""
    wanted = Organisation.city_code == caller.city
    if not is_staff(caller):
        wanted &= held_by(caller)
    statement = select(Organisation).where(Organisation.id == organisation_id, wanted).with_for_update()
    return _one(await session.scalar(statement))


def principal_among(rows: list[AddressRegistration]) -> AddressRegistration | None:
    """The one that is not a further address."""
    return next((row for row in rows if row.mode is not Mode.FURTHER), None)


def _one(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
