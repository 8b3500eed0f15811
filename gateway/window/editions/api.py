"""Publishing an edition of a city's policy pack, and what the policy was on a day as known at a moment."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query

from contracts.policy import EffectKind
from gateway.window.editions import queries, service, views
from gateway.window.editions.models import EditionEffect, PolicyEdition
from gateway.window.editions.schemas import (
    AsOfOut,
    EditionApprovalIn,
    EditionFilesOut,
    EditionId,
    EditionIn,
    EditionLine,
    EditionOut,
    EditionRejectionIn,
    EffectOut,
)
from gateway.window.editions.states import EditionStatus
from gateway.window.policies.queries import current_policy, readable_city
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from kernel.schemas import Instant
from policy.snapshots import Acceptance
from policy.store import accepted_now

routes = router(prefix="/v1/window/policies/{city}/editions", tags=["policies: editions"])
as_of = router(prefix="/v1/window/policies/{city}/as-of", tags=["policies: editions"])
MayRead = Annotated[Caller, may("editions:read")]
MayReadPolicy = Annotated[Caller, may("policies:read")]
MaySet = Annotated[Caller, may("policies:set")]
MayApprove = Annotated[Caller, may("policies:approve")]
City = Annotated[str, Path(max_length=20, description="GB/T 2260 code, or a sandbox of it", examples=["320300"])]


@routes.post("", status_code=201)
async def propose_edition(
    caller: MaySet, city: City, body: EditionIn, work: WorkDep, _key: KeyOptional = None
) -> EditionOut:
    """Propose a pack: refused with every fault and its place, or kept with how its cases came out. Weighing begins."""
    row = await service.propose_edition(
        work,
        caller=caller,
        city_code=city,
        files=body.files,
        case_files=body.cases,
        effective_on=body.effective_on,
        reason=body.reason,
    )
    return await views.edition_shown(await work.open(), row)


@routes.get("")
async def list_editions(
    caller: MayRead,
    city: City,
    session: SessionDep,
    page: PageDep,
    status: Annotated[EditionStatus | None, Query()] = None,
) -> Page[EditionLine]:
    """Proposed and decided editions, oldest first."""
    caller.must_act_in(city)
    found = queries.editions_statement(city, status)
    rows, cursor = await page_of(session, found, page, (PolicyEdition.recorded_at, PolicyEdition.id))
    return Page[EditionLine](items=[EditionLine.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{edition_id}")
async def read_edition(caller: MayRead, city: City, edition_id: EditionId, session: SessionDep) -> EditionOut:
    """One edition: its cases, what it changes, and the impact report as far as it is."""
    caller.must_act_in(city)
    return await views.edition_shown(session, await queries.find_edition(session, city, edition_id))


@routes.get("/{edition_id}/files")
async def read_edition_files(
    caller: MayRead, city: City, edition_id: EditionId, session: SessionDep
) -> EditionFilesOut:
    """The pack and its cases as they were handed in."""
    caller.must_act_in(city)
    row = await queries.find_edition(session, city, edition_id)
    return EditionFilesOut(files=row.files, cases=row.case_files)


@routes.get("/{edition_id}/effects")
async def list_edition_effects(
    caller: MayRead,
    city: City,
    edition_id: EditionId,
    session: SessionDep,
    page: PageDep,
    kind: Annotated[EffectKind | None, Query()] = None,
    programme: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[EffectOut]:
    """Each determination that would come out differently, with both answers; oldest first."""
    caller.must_act_in(city)
    await queries.find_edition(session, city, edition_id)
    found = queries.effects_statement(edition_id, kind, programme)
    rows, cursor = await page_of(session, found, page, (EditionEffect.determination_id,))
    return Page[EffectOut](items=[EffectOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/{edition_id}/assessment")
async def weigh_edition_again(
    caller: MaySet, city: City, edition_id: EditionId, session: SessionDep, _key: KeyOptional = None
) -> EditionOut:
    """Begin the impact report anew, against the policy as it stands now."""
    row = await service.weigh_again(session, caller=caller, city_code=city, edition_id=edition_id)
    return await views.edition_shown(session, row)


@routes.post("/{edition_id}/approval")
async def approve_edition(
    caller: MayApprove, city: City, edition_id: EditionId, body: EditionApprovalIn, session: SessionDep,
    _key: KeyOptional = None,
) -> EditionOut:  # fmt: skip
    """The second person agrees: every service is told, and cases accepted from the first day on are decided by it."""
    row = await service.approve_edition(session, caller=caller, city_code=city, edition_id=edition_id, note=body.note)
    return await views.edition_shown(session, row)


@routes.post("/{edition_id}/rejection")
async def reject_edition(
    caller: MayApprove, city: City, edition_id: EditionId, body: EditionRejectionIn, session: SessionDep,
    _key: KeyOptional = None,
) -> EditionOut:  # fmt: skip
    """The second person does not agree."""
    row = await service.reject_edition(session, caller=caller, city_code=city, edition_id=edition_id, note=body.note)
    return await views.edition_shown(session, row)


@as_of.get("")
async def read_policy_as_of(
    caller: MayReadPolicy,
    city: City,
    session: SessionDep,
    on: Annotated[date | None, Query(description="The day asked about; default today")] = None,
    known_at: Annotated[Instant | None, Query(description="As known at this moment; default now")] = None,
) -> AsOfOut:
    """What did we know at that moment about that day: the edition, and the value of every parameter."""
    readable_city(caller, city)
    snapshot, here = await current_policy(session, city), accepted_now(city)
    return views.as_of_shown(snapshot, at=Acceptance(on or here.on, known_at or here.at))
