"""Reads of organisations. Who is not staff of the city sees what they entered and what they are."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.db import among
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.organisations.models import Organisation, OrganisationKind, OrganisationStatus


def held_by(caller: Caller) -> ColumnElement[bool]:
    """Organisations the caller may act for: those it entered, and its own."""
    own = UUID(caller.organisation_id) if caller.organisation_id else None
    return or_(Organisation.registered_by == caller.subject, Organisation.id == own)


def is_held_by(organisation: Organisation, caller: Caller) -> bool:
    """The same of one that is at hand."""
    return organisation.registered_by == caller.subject or str(organisation.id) == caller.organisation_id


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The organisations of the caller's city that exist for the caller."""
    in_city = Organisation.city_code == caller.city
    return in_city if is_staff(caller) else in_city & held_by(caller)


async def find_organisation(
    session: AsyncSession, organisation_id: UUID, *, caller: Caller, for_update: bool = False
) -> Organisation:
    """With its names and present account. Raises NotFound for what does not exist for the caller."""
    statement = _whole().where(Organisation.id == organisation_id, seen_by(caller))
    if for_update:
        statement = statement.with_for_update(of=Organisation)
    row: Organisation | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def represented_by(session: AsyncSession, city_code: str, client: str) -> Sequence[UUID]:
    """What the client entered or was entrusted with, and whatever merged into that, not what merged into another's."""
    own = (
        Organisation.city_code == city_code,
        Organisation.registered_by == client,
        Organisation.merged_into_id.is_(None),
    )
    acted_for = select(Organisation.id).where(*own).cte("acted_for", recursive=True)
    merged = select(Organisation.id).join(acted_for, Organisation.merged_into_id == acted_for.c.id)
    return (await session.scalars(select(acted_for.union(merged).c.id))).all()


async def read_organisation(session: AsyncSession, organisation_id: UUID) -> Organisation:
    """For a process of ours, of any city. Raises NotFound."""
    row: Organisation | None = await session.scalar(_whole().where(Organisation.id == organisation_id))
    if row is None:
        raise NotFound
    return row


async def read_organisations(session: AsyncSession, ids: Collection[UUID]) -> Sequence[Organisation]:
    """Those of many that exist, for a process of ours, of any city."""
    return (await session.scalars(_whole().where(among(Organisation.id, ids)))).all()


async def of_code(
    session: AsyncSession, city_code: str, credit_code: str, *, kept: bool = False
) -> Organisation | None:
    """The organisation of a credit code in a city, whoever sees it. `kept`: it does not end before our transaction."""
    wanted = _whole().where(Organisation.city_code == city_code, Organisation.credit_code == credit_code)
    if kept:
        wanted = wanted.with_for_update(of=Organisation, read=True, key_share=True)
    row: Organisation | None = await session.scalar(wanted)
    return row


async def of_codes(session: AsyncSession, city_code: str, credit_codes: Collection[str]) -> dict[str, Organisation]:
    """Those of many that a city has, whoever sees them, by code."""
    wanted = _whole().where(Organisation.city_code == city_code, among(Organisation.credit_code, credit_codes))
    return {row.credit_code: row for row in await session.scalars(wanted) if row.credit_code}


async def hold_code(session: AsyncSession, city_code: str, credit_code: str) -> None:
    """One use case at a time may find out that nobody has this code yet."""
    await hold_codes(session, city_code, [credit_code])


async def hold_codes(session: AsyncSession, city_code: str, credit_codes: Collection[str]) -> None:
    """The same of many, always in one order: two never wait for each other."""
    keys = literal([f"credit_code:{city_code}:{code}" for code in sorted(credit_codes)], ARRAY(Text))
    key = func.unnest(keys).column_valued()
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def list_organisations(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    kind: OrganisationKind | None,
    status: OrganisationStatus | None,
    credit_code: str | None,
) -> tuple[list[Organisation], str | None]:
    """In the order they were entered."""
    wanted = {Organisation.kind: kind, Organisation.status: status, Organisation.credit_code: credit_code}
    statement = select(Organisation).where(seen_by(caller), *asked_for(wanted))
    statement = statement.options(selectinload(Organisation.payee_account))
    return await page_of(session, statement, page, (Organisation.recorded_at, Organisation.id))


def _whole() -> Select[Organisation]:
    loaded = (selectinload(Organisation.names), selectinload(Organisation.payee_account))
    return select(Organisation).options(*loaded).execution_options(populate_existing=True)
