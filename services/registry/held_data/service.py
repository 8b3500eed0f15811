"""Data told once: kept with source, time and consent."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import refuse_if
from services.registry.carriers.service import must_fit_pack
from services.registry.held_data.models import HeldDatum
from services.registry.held_data.rules import datum_findings
from services.registry.held_data.schemas import HeldDataIn
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import find_organisation
from services.registry.organisations.service import CLERKS
from services.registry.organisations.sources import Source


async def record_data(
    session: AsyncSession, *, organisation_id: UUID, given: HeldDataIn, caller: Caller
) -> Organisation:
    """Added beside what was told before. Raises Invalid for facts the city's pack does not know, Refusal."""
    organisation = await find_organisation(session, organisation_id, caller=caller)
    await must_fit_pack(session, organisation.city_code, given.facts)
    found = datum_findings(
        is_clerk=bool(caller.roles & CLERKS),
        is_applicants_word=given.source is Source.APPLICANT,
        valid_until=given.valid_until,
        today=clock.today(organisation.city_code),
    )
    refuse_if(found)
    session.add_all(_datum(organisation, name, given, caller) for name in given.facts)
    await session.flush()
    return organisation


def _datum(organisation: Organisation, name: str, given: HeldDataIn, caller: Caller) -> HeldDatum:
    return HeldDatum(
        id=new_id(),
        city_code=organisation.city_code,
        organisation_id=organisation.id,
        name=name,
        value=given.facts[name],
        source=given.source,
        evidence=given.evidence,
        consent_reference=given.consent_reference,
        valid_until=given.valid_until,
        recorded_by=caller.acting_for,
        registered_at=clock.now(organisation.city_code),
    )
