"""Routes of the end of organisations."""

from typing import Annotated

from fastapi import Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.certificates.signing import CertifierDep
from services.registry.endings import queries, service
from services.registry.endings.schemas import DeregistrationIn, EndingOut, MergerIn, RestorationIn, WithdrawalIn
from services.registry.endings.states import Status
from services.registry.organisations.api import answer
from services.registry.organisations.schemas import EndingId, OrganisationDetailOut, OrganisationId

MayRead = Annotated[Caller, may("parties:read")]
MayDeregister = Annotated[Caller, may("organisations:deregister")]
MayMerge = Annotated[Caller, may("organisations:merge")]

of_organisations = router(prefix="/v1/registry/organisations", tags=["registry: organisations"])
routes = router(prefix="/v1/registry/endings", tags=["registry: organisations"])


@of_organisations.post("/{organisation_id}/deregistration")
async def deregister_organisation(
    caller: MayDeregister,
    organisation_id: OrganisationId,
    body: DeregistrationIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> OrganisationDetailOut:
    """Record that the organisation no longer exists in law; with something open it waits for a second person."""
    changed = await service.deregister_organisation(
        session, organisation_id=organisation_id, given=body, if_match=if_match, caller=caller
    )
    return answer(response, changed)


@of_organisations.post("/{organisation_id}/merger", status_code=201)
async def propose_merger(
    caller: MayMerge,
    organisation_id: OrganisationId,
    body: MergerIn,
    if_match: IfMatch,
    session: SessionDep,
    _key: KeyOptional = None,
) -> EndingOut:
    """Propose that the organisation is part of another from a day on; a second person confirms it."""
    ending = await service.propose_merger(
        session, organisation_id=organisation_id, given=body, if_match=if_match, caller=caller
    )
    return EndingOut.model_validate(ending)


@of_organisations.post("/{organisation_id}/restoration", status_code=201)
async def propose_restoration(
    caller: MayDeregister,
    organisation_id: OrganisationId,
    body: RestorationIn,
    if_match: IfMatch,
    session: SessionDep,
    _key: KeyOptional = None,
) -> EndingOut:
    """Propose that a deregistered organisation exists again from a day on; a second person confirms it."""
    ending = await service.propose_restoration(
        session, organisation_id=organisation_id, given=body, if_match=if_match, caller=caller
    )
    return EndingOut.model_validate(ending)


@routes.get("")
async def list_endings(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    organisation_id: OrganisationId | None = None,
) -> Page[EndingOut]:
    """Mergers, deregistrations and restorations of the city; those `proposed` wait for a second person."""
    rows, cursor = await queries.list_endings(
        session, page, caller=caller, status=status, organisation_id=organisation_id
    )
    return Page(items=[EndingOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{ending_id}")
async def read_ending(caller: MayRead, ending_id: EndingId, session: SessionDep) -> EndingOut:
    """One merger, deregistration or restoration, with what was open."""
    return EndingOut.model_validate(await queries.find_ending(session, ending_id, caller=caller))


@routes.post("/{ending_id}/confirmation")
async def confirm_ending(
    caller: MayDeregister, ending_id: EndingId, session: SessionDep, certifier: CertifierDep, _key: KeyOptional = None
) -> EndingOut:
    """Confirm what another person proposed; carriers of a merged organisation go to its successor, with new papers."""
    ending = await service.confirm_ending(session, certifier, ending_id=ending_id, caller=caller)
    return EndingOut.model_validate(ending)


@routes.post("/{ending_id}/withdrawal")
async def withdraw_ending(
    caller: MayDeregister, ending_id: EndingId, body: WithdrawalIn, session: SessionDep, _key: KeyOptional = None
) -> EndingOut:
    """Take a proposal back; the organisation stays what it is."""
    ending = await service.withdraw_ending(session, ending_id=ending_id, reason=body.reason, caller=caller)
    return EndingOut.model_validate(ending)
