"""What the window may know of an organisation when it scans the city's programmes for it."""

from uuid import UUID

from fastapi import APIRouter

from contracts.registry import OrganisationFacts
from kernel.auth import Internal
from kernel.clock import today
from kernel.routing import SessionDep, router
from services.registry.eligibility import queries

internal: APIRouter = router(prefix="/internal/organisations", tags=["internal"])


@internal.get("/{organisation_id}/eligibility-facts", include_in_schema=False)
async def tell_eligibility_facts(_caller: Internal, organisation_id: UUID, session: SessionDep) -> OrganisationFacts:
    """Kind, status and carriers with what they hold today. Who may see it is the window's to judge, by the reply."""
    organisation = await queries.organisation_of(session, organisation_id)
    carriers = await queries.carriers_of(session, organisation_id)
    pending = await queries.levels_applied_for(session, [carrier.id for carrier in carriers])
    on = today(organisation.city_code)
    return OrganisationFacts(
        id=organisation.id,
        city_code=organisation.city_code,
        kind=organisation.kind,
        status=organisation.status,
        registered_by=organisation.registered_by,
        carriers=[queries.facts_of(carrier, pending.get(carrier.id, []), on=on) for carrier in carriers],
    )
