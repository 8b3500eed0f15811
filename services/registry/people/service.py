"""What is done to persons: recorded once by their number, their number confirmed."""

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
from services.registry.people.resident_ids import born_on, kind_of, warnings_of
from services.registry.people.rules import keyed_hash, person_findings
from services.registry.people.schemas import PersonIn

NUMBER = "resident_id"


async def person_named(session: AsyncSession, *, given: PersonIn, key: bytes, caller: Caller) -> NaturalPerson:
    """The person of the number in the city, recorded when new. Raises Refusal for another name or an unborn one."""
    city_code = caller.city
    number_hash = keyed_hash(city_code, NUMBER, given.resident_id, key)
    await _hold(session, number_hash)
    found = await of_number(session, city_code, number_hash)
    refuse_if(
        person_findings(
            born_on=born_on(given.resident_id),
            today=clock.today(city_code),
            name=given.name,
            known_as=found.name if found else None,
        )
    )
    return found or await _record(session, given, number_hash, caller)


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


async def _record(session: AsyncSession, given: PersonIn, number_hash: bytes, caller: Caller) -> NaturalPerson:
    city_code = caller.city
    divisions = all_codes((await policy_today(session, city_code)).pack.divisions)
    warnings = warnings_of(given.resident_id, city_code=city_code, divisions=divisions)
    override = given.identifier_override if warnings else None
    if override is not None:
        refuse_override(caller, override)
    person = NaturalPerson(
        id=new_id(),
        city_code=city_code,
        name=given.name,
        number_kind=kind_of(given.resident_id),
        number_hash=number_hash,
        number_last4=given.resident_id[-4:],
        identifier_warnings=[_told(warning) for warning in warnings],
        identifier_override=override_by(caller, override) if override else None,
        recorded_by=caller.acting_for,
        registered_at=clock.now(city_code),
        version=1,
    )
    session.add(person)
    await session.flush()
    return person


def _told(warning: Any) -> dict[str, Any]:
    return dict(warning._asdict())


async def _hold(session: AsyncSession, number_hash: bytes) -> None:
    """One use case at a time may find out that nobody has this number yet."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(number_hash.hex(), 0))))
