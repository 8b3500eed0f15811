"""Reads of tenants. Who sits where is for the operator of the carrier and the staff of the city."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import held
from services.registry.carriers.searching import named_like
from services.registry.organisations.models import Organisation
from services.registry.tenancy.filters import TenantFilter
from services.registry.tenancy.models import Tenancy
from services.registry.tenancy.states import TenancyStatus

ORDER = (Tenancy.recorded_at, Tenancy.id)


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The tenants of the caller's city that exist for the caller."""
    in_city = Tenancy.city_code == caller.city
    return in_city if is_staff(caller) else in_city & Tenancy.carrier_id.in_(select(Carrier.id).where(held(caller)))


async def find_tenancy(session: AsyncSession, tenancy_id: UUID, *, caller: Caller, for_update: bool = False) -> Tenancy:
    """Raises NotFound."""
    statement = select(Tenancy).where(Tenancy.id == tenancy_id, seen_by(caller))
    if for_update:
        statement = statement.with_for_update(of=Tenancy)
    row: Tenancy | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def carriers_of_tenant(session: AsyncSession, organisation: Organisation) -> Sequence[UUID]:
    """Where it sits now."""
    return (await session.scalars(select(Tenancy.carrier_id).where(*_open_of(organisation)))).all()


async def open_tenancies(session: AsyncSession, organisation: Organisation) -> Sequence[Tenancy]:
    """Of a tenant, locked."""
    wanted = select(Tenancy).where(*_open_of(organisation)).order_by(Tenancy.id).with_for_update()
    return (await session.scalars(wanted)).all()


def _open_of(organisation: Organisation) -> tuple[ColumnElement[bool], ...]:
    """By its code too: a tenancy may be older than the organisation's entry here."""
    same = Tenancy.organisation_id == organisation.id
    if organisation.credit_code:
        same = or_(same, Tenancy.credit_code == organisation.credit_code)
    return Tenancy.city_code == organisation.city_code, same, Tenancy.status == TenancyStatus.OPEN


async def carrier_exists(session: AsyncSession, carrier_id: UUID, *, caller: Caller) -> None:
    """Raises NotFound for a carrier whose tenants are not the caller's to see."""
    if await session.scalar(select(Carrier.id).where(Carrier.id == carrier_id, held(caller))) is None:
        raise NotFound


async def list_tenants(
    session: AsyncSession, page: PageQuery, *, caller: Caller, wanted: TenantFilter, carrier_id: UUID | None = None
) -> tuple[list[Tenancy], str | None]:
    """Of one carrier, or of all the caller sees, in the order they were recorded."""
    same = {
        Tenancy.carrier_id: carrier_id,
        Tenancy.kind: wanted.kind,
        Tenancy.status: wanted.status,
        Tenancy.credit_code: wanted.credit_code,
    }
    given = [seen_by(caller), *asked_for(same)]
    if wanted.q is not None:
        like = named_like(
            session,
            wanted.q,
            row_id=Tenancy.id,
            grams=Tenancy.grams,
            plain=Tenancy.plain,
            within=given,
            order=ORDER,
        )
        given.append(await like)
    statement = select(Tenancy).where(*given)
    return await page_of(session, statement, page, ORDER)
