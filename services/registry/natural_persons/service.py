"""A person is entered once, whoever enters them and however often."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.ids import new_id
from kernel.problems import refuse_if
from services.registry.natural_persons.models import NaturalPerson, PaperKind
from services.registry.natural_persons.rules import paper_findings
from services.registry.natural_persons.schemas import PersonIn


async def known_person(session: AsyncSession, *, given: PersonIn, city_code: str, by: str) -> UUID:
    """The id of the one person with this paper; the name they were entered with first stays."""
    is_resident = given.paper_kind is PaperKind.RESIDENT_ID
    refuse_if(paper_findings(is_resident_id=is_resident, number=given.paper_number))
    values = {"id": new_id(), "city_code": city_code, "recorded_by": by, "recorded_at": clock.real_now()}
    await session.execute(insert(NaturalPerson).values(**values, **given.model_dump()).on_conflict_do_nothing())
    same = (NaturalPerson.city_code == city_code, NaturalPerson.paper_kind == given.paper_kind)
    found = await session.scalar(
        select(NaturalPerson.id).where(*same, NaturalPerson.paper_number == given.paper_number)
    )
    assert found is not None  # noqa: S101 - it was there, or was just written
    return found


async def hold_person(session: AsyncSession, person_id: UUID) -> NaturalPerson:
    """Locked: whatever takes the person's time comes one after the other."""
    return await session.get_one(NaturalPerson, person_id, with_for_update=True)
