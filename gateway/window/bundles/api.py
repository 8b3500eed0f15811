"""Bundles (一件事): several items handed in together, each with a case of its own, followed as one."""

from typing import Annotated

from fastapi import Query

from gateway.window.bundles import queries, service, views
from gateway.window.bundles.intake import JointApplication
from gateway.window.bundles.models import BundleFile
from gateway.window.bundles.schemas import BundleIn, BundleOut, BundleTimelineLine, OffersOut
from gateway.window.cases.applicants import ask_organisation
from gateway.window.cases.schemas import BundleId, OrganisationId, PreflightOut, WithdrawalIn
from gateway.window.cases.views import assessment_shown
from gateway.window.feed.models import FeedEntry
from gateway.window.policies.queries import policy_for, readable_city
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from kernel.schemas import CityCode
from policy.store import accepted_now

routes = router(prefix="/v1/window/bundles", tags=["bundles"])
MayReadCatalogue = Annotated[Caller, may("catalogue:read")]
MayOpen = Annotated[Caller, may("cases:open")]
MayRead = Annotated[Caller, may("cases:read")]
Of = Annotated[CityCode | None, Query(description="Default: the city of the credential")]
Filter = Annotated[str | None, Query(max_length=100)]


@routes.get("")
async def list_bundle_offers(caller: MayReadCatalogue, session: SessionDep, city: Of = None) -> OffersOut:
    """What may be handed in together in the city, and what each bundle asks for: shared fields and documents once."""
    city_code = readable_city(caller, city)
    at = accepted_now(city_code)
    return views.offers(await policy_for(session, city_code, at), accepted=at)


@routes.post("", status_code=201)
async def open_bundle(
    caller: MayOpen, body: BundleIn, registry: Registry, work: WorkDep, _key: KeyRequired
) -> BundleOut:
    """Hand in a bundle. Every part is checked as a case of its own, all errors are told together, and either each part
    gets its case and number or none does."""
    applicant = await ask_organisation(registry, body.applicant_id)
    session = await work.open()
    opened = await service.open_bundle(session, caller=caller, joint=_joint(body), applicant=applicant)
    return await _answer(session, opened)


@routes.post("/preflight")
async def preflight_bundle(caller: MayOpen, body: BundleIn, registry: Registry, work: WorkDep) -> PreflightOut:
    """The same checks without handing in: everything wrong, missing or not set yet, with the items it stands against in
    `facts.items`."""
    applicant = await ask_organisation(registry, body.applicant_id)
    session = await work.open()
    return assessment_shown(await service.preflight(session, caller=caller, joint=_joint(body), applicant=applicant))


@routes.get("/opened")
async def list_bundles(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    bundle: Filter = None,
    number: Filter = None,
    applicant_id: Annotated[OrganisationId | None, Query()] = None,
) -> Page[BundleOut]:
    """Bundles the caller handed in, oldest first; staff: of the whole city."""
    found = queries.bundles_statement(caller, bundle=bundle, applicant_id=applicant_id, number=number)
    rows, cursor = await page_of(session, found, page, (BundleFile.recorded_at, BundleFile.id))
    return Page[BundleOut](items=await views.bundles_shown(session, caller.city, rows), next_cursor=cursor)


@routes.get("/{bundle_id}")
async def read_bundle(caller: MayRead, bundle_id: BundleId, session: SessionDep) -> BundleOut:
    """A bundle with how each of its parts stands."""
    return await _answer(session, await queries.find_bundle(session, caller, bundle_id))


@routes.post("/{bundle_id}/withdrawal")
async def withdraw_bundle(
    caller: MayOpen, bundle_id: BundleId, body: WithdrawalIn, session: SessionDep, _key: KeyOptional = None
) -> BundleOut:
    """Every part that has not ended is taken back, or none if one of them was accepted already."""
    bundle = await service.withdraw_bundle(session, caller=caller, bundle_id=bundle_id, reason=body.reason)
    return await _answer(session, bundle)


@routes.get("/{bundle_id}/timeline")
async def read_bundle_timeline(
    caller: MayRead, bundle_id: BundleId, session: SessionDep, page: PageDep
) -> Page[BundleTimelineLine]:
    """What happened to all parts, in all services, as one timeline, oldest first."""
    bundle = await queries.find_bundle(session, caller, bundle_id)
    parts = (await queries.parts_of(session, [bundle.id]))[bundle.id]
    lines = queries.timeline_statement(parts)
    rows, cursor = await page_of(session, lines, page, (FeedEntry.occurred_at, FeedEntry.seq))
    shown = [views.bundle_line_shown(row, parts) for row in rows]
    return Page[BundleTimelineLine](items=shown, next_cursor=cursor)


def _joint(body: BundleIn) -> JointApplication:
    documents = [document.model_dump() for document in body.documents]
    return JointApplication(
        bundle=body.bundle, applicant_id=body.applicant_id, form=body.form, forms=body.forms, documents=documents
    )


async def _answer(session: SessionDep, bundle: BundleFile) -> BundleOut:
    (shown,) = await views.bundles_shown(session, bundle.city_code, [bundle])
    return shown
