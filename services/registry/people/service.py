"""What is done to persons: recorded once by their number whoever enters them, their number confirmed, erased."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.problems import refuse_if
from policy.store import policy_today
from services.registry.divisions.rules import all_codes
from services.registry.organisations.schemas import OverrideIn
from services.registry.organisations.service import NothingToOverride, override_by, refuse_override
from services.registry.people.models import NaturalPerson
from services.registry.people.queries import find_person, of_number
from services.registry.people.resident_ids import NumberKind, born_on, kind_of, normalised, warnings_of
from services.registry.people.rules import born_findings, keyed_hash, name_findings, paper_findings
from services.registry.people.schemas import EnrolledIn, PaperKind, PersonIn
from services.registry.people.wrong_names import count_wrong, must_answer


async def person_named(session: AsyncSession, *, given: PersonIn, key: bytes, caller: Caller) -> NaturalPerson:
    """The person of the number in the city, recorded when new. Raises Refusal for another name or an unborn one.

    Raises TooManyWrongNames for who has named too many wrongly.
    """
    must_answer(caller)
    city_code = caller.city
    number_hash = keyed_hash(city_code, PaperKind.RESIDENT_ID.value, given.resident_id, key)
    await _hold(session, number_hash)
    found = await of_number(session, city_code, number_hash)
    refuse_if(born_findings(born_on=born_on(given.resident_id), today=clock.today(city_code)))
    _refuse_wrong(given.name, found, caller)
    return found or await _record(session, given, number_hash, caller)


async def person_enrolled(session: AsyncSession, *, given: EnrolledIn, key: bytes, caller: Caller) -> UUID:
    """The id of the one person with this paper, locked. Raises Refusal for another name than they were entered with.

    Raises TooManyWrongNames for who has named too many wrongly.
    """
    must_answer(caller)
    is_resident = given.paper_kind is PaperKind.RESIDENT_ID
    refuse_if(paper_findings(is_resident_id=is_resident, number=given.paper_number))
    number = normalised(given.paper_number) if is_resident else given.paper_number
    number_hash = keyed_hash(caller.city, given.paper_kind.value, number, key)
    await _hold(session, number_hash)
    found = await of_number(session, caller.city, number_hash)
    _refuse_wrong(given.name, found, caller)
    if found is None:
        kind = kind_of(number) if is_resident else NumberKind.PASSPORT
        warnings = await _warnings(session, number, caller) if is_resident else []
        found = _person(given.name, number, kind, number_hash, caller)
        found.identifier_warnings = warnings
        session.add(found)
        await session.flush()
    return found.id


async def hold_person(session: AsyncSession, person_id: UUID) -> NaturalPerson:
    """Locked: whatever takes the person's time comes one after the other."""
    return await session.get_one(NaturalPerson, person_id, with_for_update=True)


async def erase_person(session: AsyncSession, person: NaturalPerson) -> None:
    """Name and number are gone; what refers to the person stays without saying who. Call it with the row held."""
    person.name, person.number_hash, person.number_last4 = None, None, None
    person.erased_at = clock.now(person.city_code)
    person.version += 1
    await session.flush()


async def override_number_warnings(
    session: AsyncSession, *, person_id: UUID, given: OverrideIn, if_match: str, caller: Caller
) -> NaturalPerson:
    """The doubts stay on record beside who set them aside, when and why."""
    person = await find_person(session, person_id, caller=caller, for_update=True)
    must_match(if_match, person.version)
    if not person.is_identifier_doubtful:
        raise NothingToOverride
    refuse_override(caller, given)
    person.version += 1
    person.identifier_override = override_by(caller, given)
    await session.flush()
    return person


def _refuse_wrong(name: str, found: NaturalPerson | None, caller: Caller) -> None:
    differs = name_findings(name=name, known_as=found.name if found else None)
    if differs:
        count_wrong(caller)
    refuse_if(differs)


async def _record(session: AsyncSession, given: PersonIn, number_hash: bytes, caller: Caller) -> NaturalPerson:
    warnings = await _warnings(session, given.resident_id, caller)
    override = given.identifier_override if warnings else None
    if override is not None:
        refuse_override(caller, override)
    person = _person(given.name, given.resident_id, kind_of(given.resident_id), number_hash, caller)
    person.identifier_warnings = warnings
    person.identifier_override = override_by(caller, override) if override else None
    session.add(person)
    await session.flush()
    return person


async def _warnings(session: AsyncSession, number: str, caller: Caller) -> list[dict[str, Any]]:
    divisions = all_codes((await policy_today(session, caller.city)).pack.divisions)
    return [_told(warning) for warning in warnings_of(number, city_code=caller.city, divisions=divisions)]


def _person(name: str, number: str, kind: NumberKind, number_hash: bytes, caller: Caller) -> NaturalPerson:
    return NaturalPerson(
        id=new_id(),
        city_code=caller.city,
        name=name,
        number_kind=kind,
        number_hash=number_hash,
        number_last4=number[-4:],
        identifier_warnings=[],
        recorded_by=caller.acting_for,
        registered_at=clock.now(caller.city),
        version=1,
    )


def _told(warning: Any) -> dict[str, Any]:
    return dict(warning._asdict())


async def _hold(session: AsyncSession, number_hash: bytes) -> None:
    """One use case at a time may find out that nobody has this number yet."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(number_hash.hex(), 0))))
