"""Routes of voucher providers."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response

from contracts.asking import may_own, organisation_of
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.vouchers.ids import ProviderId
from services.vouchers.organisations import controller_group_of
from services.vouchers.providers import queries, service
from services.vouchers.providers.models import Provider
from services.vouchers.providers.schemas import AdmissionIn, EndIn, ProviderOut

MayRead = Annotated[Caller, may_own("vouchers:read")]
MayAdmit = Annotated[Caller, may("providers:admit")]
routes = router(prefix="/v1/vouchers/providers", tags=["vouchers: providers"])


@routes.post("", status_code=201)
async def admit_provider(
    caller: MayAdmit, body: AdmissionIn, registry: Registry, work: WorkDep, response: Response, _key: KeyOptional = None
) -> ProviderOut:
    """Admit an organisation as a provider."""
    organisation = await organisation_of(
        registry, body.organisation_id, city_code=caller.city, pointer="/organisation_id"
    )
    group = await controller_group_of(registry, organisation.id)
    provider = await service.admit_provider(
        await work.open(), given=body, organisation=organisation, group=group, caller=caller
    )
    return _shown(provider, response)


@routes.get("")
async def list_providers(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    on: Annotated[
        date | None, Query(description="Only admissions that hold on this day, of nobody barred then")
    ] = None,
) -> Page[ProviderOut]:
    """Providers of the city for its staff, an organisation's own admissions for itself."""
    rows, cursor = await queries.list_providers(session, page, caller=caller, on=on)
    return Page(items=[ProviderOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{provider_id}")
async def get_provider(
    caller: MayRead, provider_id: ProviderId, session: SessionDep, response: Response
) -> ProviderOut:
    """One admission."""
    return _shown(await queries.provider_for(session, provider_id, caller=caller), response)


@routes.post("/{provider_id}/end")
async def end_admission(
    caller: MayAdmit,
    provider_id: ProviderId,
    body: EndIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ProviderOut:
    """End an admission from a day on; an end that is still to come may be brought forward."""
    provider = await service.end_admission(
        session,
        provider_id=provider_id,
        ended_on=body.ended_on,
        reason=body.reason,
        caller=caller,
        if_match=if_match,
    )
    return _shown(provider, response)


def _shown(provider: Provider, response: Response) -> ProviderOut:
    mark(response, provider.version)
    return ProviderOut.model_validate(provider)
