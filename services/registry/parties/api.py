"""Routes of parties: who stands behind an organisation, and whom that relates it to."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from contracts.registry import ControllerGroupReply, GroupsAsked, GroupsReply, RelatedAsked, RelatedReply
from kernel.auth import Caller, Internal, may
from kernel.clock import today
from kernel.idempotency import KeyOptional
from kernel.routing import SessionDep, router
from services.registry.organisations.queries import find_organisation, read_organisation
from services.registry.organisations.schemas import OrganisationId
from services.registry.parties import service, views
from services.registry.parties.schemas import (
    ContactIn,
    ContactOut,
    PartyEndIn,
    PartyId,
    PartyIn,
    PartyOut,
    RelatedPartiesOut,
)
from services.registry.settings import PersonKey

MayRead = Annotated[Caller, may("parties:read")]
MayRecord = Annotated[Caller, may("parties:record")]

routes = router(prefix="/v1/registry/organisations", tags=["registry: parties"])
internal: APIRouter = router(prefix="/internal/organisations", tags=["internal"])


@routes.get("/{organisation_id}/related-parties")
async def read_related_parties(
    caller: MayRead, organisation_id: OrganisationId, session: SessionDep, on: date | None = None
) -> RelatedPartiesOut:
    """Controllers, shareholders, representative and shared contacts on a day, and who is related by them, with why."""
    organisation = await find_organisation(session, organisation_id, caller=caller)
    return await views.related_parties(session, organisation, on=on or today(organisation.city_code))


@routes.post("/{organisation_id}/parties", status_code=201)
async def record_party(
    caller: MayRecord,
    organisation_id: OrganisationId,
    body: PartyIn,
    key: PersonKey,
    session: SessionDep,
    _key: KeyOptional = None,
) -> PartyOut:
    """State a controller, shareholder or legal representative from a day on. Refused with every reason."""
    party = await service.record_party(session, organisation_id=organisation_id, given=body, key=key, caller=caller)
    return views.party_out(party)


@routes.post("/{organisation_id}/parties/{party_id}/end")
async def end_party(
    caller: MayRecord,
    organisation_id: OrganisationId,
    party_id: PartyId,
    body: PartyEndIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> PartyOut:
    """It holds no longer from a day on; the history stays."""
    party = await service.end_party(
        session, organisation_id=organisation_id, party_id=party_id, given=body, caller=caller
    )
    return views.party_out(party)


@routes.post("/{organisation_id}/contacts", status_code=201)
async def record_contact(
    caller: MayRecord,
    organisation_id: OrganisationId,
    body: ContactIn,
    key: PersonKey,
    session: SessionDep,
    _key: KeyOptional = None,
) -> ContactOut:
    """Keep a phone, e-mail or address as a keyed hash: it tells who shares it, and is not shown again."""
    contact = await service.record_contact(session, organisation_id=organisation_id, given=body, key=key, caller=caller)
    return ContactOut.model_validate(contact)


@internal.post("/related", include_in_schema=False)
async def tell_related(_caller: Internal, body: RelatedAsked, session: SessionDep) -> RelatedReply:
    """Which pairs are related, and by which path; a question, not a write."""
    return await views.related_reply(session, body)


@internal.post("/controller-groups", include_in_schema=False)
async def tell_controller_groups(_caller: Internal, body: GroupsAsked, session: SessionDep) -> GroupsReply:
    """In which groups several stand, in one question."""
    return await views.groups_reply(session, body)


@internal.get("/{organisation_id}/controller-group", include_in_schema=False)
async def tell_controller_group(
    _caller: Internal, organisation_id: UUID, session: SessionDep, on: date | None = None
) -> ControllerGroupReply:
    """All organisations of the same ultimate controller, for whoever counts per controller."""
    organisation = await read_organisation(session, organisation_id)
    return await views.group_reply(session, organisation, on=on or today(organisation.city_code))
