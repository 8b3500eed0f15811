"""Reads of who is whose."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.identity.models import Person
from gateway.window.signin.models import PersonSubject
from kernel.cities import CityRow
from kernel.db import among


async def person_of_subject(session: AsyncSession, *, city_code: str, issuer: str, subject: str) -> Person | None:
    """The account of a city that is linked to a provider's subject."""
    wanted = select(Person).join(PersonSubject, PersonSubject.account == Person.account)
    return await session.scalar(
        wanted.where(
            PersonSubject.city_code == city_code,
            PersonSubject.issuer == issuer,
            PersonSubject.subject == subject,
            Person.city_code == city_code,
        )
    )


async def linked_among(session: AsyncSession, accounts: Collection[str]) -> frozenset[str]:
    """Those of the accounts that are linked to a subject."""
    found = await session.scalars(select(PersonSubject.account).where(among(PersonSubject.account, accounts)))
    return frozenset(found)


async def live_city(session: AsyncSession, pack_id: str) -> CityRow | None:
    """The live city of a pack."""
    return await session.scalar(select(CityRow).where(CityRow.pack_id == pack_id, CityRow.is_sandbox.is_(False)))
