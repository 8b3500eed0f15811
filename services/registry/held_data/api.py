"""Routes of held data: what need not be asked again."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.routing import SessionDep, router
from services.registry.held_data import queries, service
from services.registry.held_data.schemas import HeldDataIn, HeldDataOut
from services.registry.organisations.queries import find_organisation
from services.registry.organisations.schemas import OrganisationId

MayRead = Annotated[Caller, may("held-data:read")]
MayRecord = Annotated[Caller, may("held-data:record")]
routes = router(prefix="/v1/registry/organisations", tags=["registry: organisations"])


@routes.get("/{organisation_id}/held-data")
async def read_held_data(caller: MayRead, organisation_id: OrganisationId, session: SessionDep) -> HeldDataOut:
    """What is held of the organisation, with source, time and consent: a form asks for the rest only."""
    organisation = await find_organisation(session, organisation_id, caller=caller)
    return HeldDataOut(organisation_id=organisation.id, items=await queries.held_data(session, organisation))


@routes.post("/{organisation_id}/held-data", status_code=201)
async def record_held_data(
    caller: MayRecord, organisation_id: OrganisationId, body: HeldDataIn, session: SessionDep, _key: KeyOptional = None
) -> HeldDataOut:
    """Tell facts once. What was told before stays; the newest counts."""
    organisation = await service.record_data(session, organisation_id=organisation_id, given=body, caller=caller)
    return HeldDataOut(organisation_id=organisation.id, items=await queries.held_data(session, organisation))
