"""A person is entered once, whoever enters them and however often."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.ids import new_id
from kernel.problems import refuse_if
from services.registry.enrolled_persons.models import EnrolledPerson, PaperKind
from services.registry.enrolled_persons.rules import paper_findings
from services.registry.enrolled_persons.schemas import PersonIn
from services.registry.people.rules import keyed_hash


async def known_person(session: AsyncSession, *, given: PersonIn, city_code: str, by: str, key: bytes) -> UUID:
    """The id of the one person with this paper, locked; the name they were entered with first stays."""
    is_resident = given.paper_kind is PaperKind.RESIDENT_ID
    refuse_if(paper_findings(is_resident_id=is_resident, number=given.paper_number))
    paper_hash = keyed_hash(city_code, given.paper_kind.value, given.paper_number, key)
    same = (EnrolledPerson.city_code == city_code, EnrolledPerson.paper_hash == paper_hash)
    named = {"name": given.name, "paper_kind": given.paper_kind, "paper_hash": paper_hash}
    while True:  # a second time only when the person is being erased at this moment
        values = {"id": new_id(), "city_code": city_code, "recorded_by": by, "recorded_at": clock.real_now()}
        await session.execute(insert(EnrolledPerson).values(**values, **named).on_conflict_do_nothing())
        found = await session.scalar(select(EnrolledPerson.id).where(*same).with_for_update())
        if found is not None:
            return found


async def hold_person(session: AsyncSession, person_id: UUID) -> EnrolledPerson:
    """Locked: whatever takes the person's time comes one after the other."""
    return await session.get_one(EnrolledPerson, person_id, with_for_update=True)


async def erase_person(session: AsyncSession, person: EnrolledPerson) -> None:
    """Name and paper are gone; what refers to the person stays without saying who it was. Call it with the row held."""
    person.name, person.paper_hash, person.erased_at = None, None, clock.now(person.city_code)
    await session.flush()
