"""Reads of imports, and of what their rows are compared with."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from kernel.auth import Caller
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import held
from services.registry.organisations.models import Organisation, OrganisationStatus
from services.registry.tenancy.models import Tenancy
from services.registry.tenant_imports.models import TenantImport


class Firm(NamedTuple):
    """An organisation a row names by its credit code."""

    id: UUID
    is_active: bool


async def find_import(
    session: AsyncSession, import_id: UUID, *, caller: Caller, with_file: bool = False
) -> TenantImport:
    """Of a carrier whose tenants are the caller's to see. Raises NotFound."""
    own = TenantImport.carrier_id.in_(select(Carrier.id).where(held(caller)))
    statement = select(TenantImport).where(TenantImport.id == import_id, own)
    if with_file:
        statement = statement.options(undefer(TenantImport.file)).execution_options(populate_existing=True)
    row: TenantImport | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def list_imports(
    session: AsyncSession, page: PageQuery, *, carrier_id: UUID
) -> tuple[list[TenantImport], str | None]:
    """Of one carrier, in the order they were sent."""
    statement = select(TenantImport).where(TenantImport.carrier_id == carrier_id)
    return await page_of(session, statement, page, (TenantImport.recorded_at, TenantImport.id))


async def import_of_file(session: AsyncSession, carrier_id: UUID, sha256: str) -> TenantImport:
    """The one import of these bytes into this carrier."""
    same = (TenantImport.carrier_id == carrier_id, TenantImport.sha256 == sha256)
    return (await session.scalars(select(TenantImport).where(*same))).one()


async def read_for_timer(session: AsyncSession, import_id: UUID) -> TenantImport:
    """With its file, locked."""
    return await session.get_one(TenantImport, import_id, with_for_update=True, options=[undefer(TenantImport.file)])


async def firms_of(session: AsyncSession, city_code: str, codes: Collection[str]) -> dict[str, Firm]:
    """The registered organisations of the codes, in one statement; none of them ends before our transaction."""
    wanted = (Organisation.city_code == city_code, Organisation.credit_code.in_(codes))
    found = select(Organisation.credit_code, Organisation.id, Organisation.status).where(*wanted)
    kept = found.order_by(Organisation.id).with_for_update(read=True, key_share=True)
    rows = await session.execute(kept)
    return {code: Firm(found_id, status is OrganisationStatus.ACTIVE) for code, found_id, status in rows if code}


async def past_tenancies(session: AsyncSession, carrier_id: UUID, keys: Collection[str]) -> set[tuple[str, date]]:
    """Which of these tenants were in the carrier before, and since when."""
    wanted = (Tenancy.carrier_id == carrier_id, Tenancy.firm_key.in_(keys), Tenancy.ended_on.is_not(None))
    rows = await session.execute(select(Tenancy.firm_key, Tenancy.started_on).where(*wanted))
    return {(key, started_on) for key, started_on in rows}
