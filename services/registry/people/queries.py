"""Reads of persons. They exist for the city's staff, and for nobody else."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.problems import NotFound
from services.registry.people.models import NaturalPerson


async def find_person(
    session: AsyncSession, person_id: UUID, *, caller: Caller, for_update: bool = False
) -> NaturalPerson:
    """One of the caller's city. Raises NotFound."""
    wanted = select(NaturalPerson).where(NaturalPerson.id == person_id, NaturalPerson.city_code == caller.city)
    row: NaturalPerson | None = await session.scalar(wanted.with_for_update() if for_update else wanted)
    if row is None:
        raise NotFound
    return row


async def of_number(session: AsyncSession, city_code: str, number_hash: bytes) -> NaturalPerson | None:
    """The person of a number in a city, locked: who is being erased at this moment is nobody's number afterwards."""
    wanted = select(NaturalPerson).where(NaturalPerson.city_code == city_code, NaturalPerson.number_hash == number_hash)
    row: NaturalPerson | None = await session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    return row
