"""A city's policy: what is in force, what is open, and how two people change it."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query

from gateway.window.policies import queries, service, views
from gateway.window.policies.models import PolicyChange
from gateway.window.policies.schemas import (
    ApprovalIn,
    ChangeId,
    ChangeIn,
    ChangeRejectionIn,
    ClauseOut,
    HistoryOut,
    ParameterOut,
    ParametersOut,
    ParameterStatus,
    PolicyChangeOut,
    PolicyOut,
    VersionLine,
    VersionOut,
)
from gateway.window.policies.states import ChangeStatus
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from kernel.schemas import Instant, json_value
from policy.models import PolicySnapshotRow
from policy.snapshots import Acceptance
from policy.store import accepted_now

routes = router(prefix="/v1/window/policies/{city}", tags=["policies"])
MayRead = Annotated[Caller, may("policies:read")]
MaySet = Annotated[Caller, may("policies:set")]
MayApprove = Annotated[Caller, may("policies:approve")]
VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
City = Annotated[str, Path(max_length=20, description="GB/T 2260 code, or a sandbox of it", examples=["320300"])]


@routes.get("")
async def read_policy(caller: MayRead, city: City, session: SessionDep) -> PolicyOut:
    """Version, hash, documents and programmes, each with the parameters it still lacks."""
    queries.readable_city(caller, city)
    at = accepted_now(city)
    return views.policy_shown(await queries.policy_for(session, city, at), at=at)


@routes.get("/parameters")
async def list_parameters(
    caller: MayRead,
    city: City,
    session: SessionDep,
    status: Annotated[ParameterStatus | None, Query()] = None,
    programme: Annotated[str | None, Query(max_length=100)] = None,
) -> ParametersOut:
    """Parameters with status, clauses, owner and precedents; `status=open` lists what nobody has set."""
    queries.readable_city(caller, city)
    at = accepted_now(city)
    snapshot = await queries.policy_for(session, city, at)
    return views.parameters_shown(snapshot, at=at, status=status, programme=programme)


@routes.get("/parameters/{parameter}")
async def read_parameter(caller: MayRead, city: City, parameter: str, session: SessionDep) -> ParameterOut:
    """One parameter with its value in force."""
    queries.readable_city(caller, city)
    at = accepted_now(city)
    return views.parameter_shown(await queries.policy_for(session, city, at), parameter, at=at)


@routes.get("/parameters/{parameter}/history")
async def read_parameter_history(
    caller: MayRead,
    city: City,
    parameter: str,
    session: SessionDep,
    on: Annotated[date | None, Query(description="Accepted on this day; default today")] = None,
    known_at: Annotated[Instant | None, Query(description="As known at this moment; default now")] = None,
) -> HistoryOut:
    """Every value it ever had, and the one that counts for a case accepted then with what was known then."""
    queries.readable_city(caller, city)
    snapshot = await queries.current_policy(session, city)
    here = accepted_now(city)
    return views.history_shown(snapshot, parameter, at=Acceptance(on or here.on, known_at or here.at))


@routes.post("/parameters", status_code=201)
async def propose_change(
    caller: MaySet, city: City, body: ChangeIn, session: SessionDep, _key: KeyOptional = None
) -> PolicyChangeOut:
    """Propose values that are set together. They count only when a second person has approved."""
    values = [json_value(value) for value in body.values]
    change = await service.propose_change(
        session, caller=caller, city_code=city, values=values, reason=body.reason, precedent=body.precedent
    )
    return PolicyChangeOut.model_validate(change)


@routes.get("/changes")
async def list_changes(
    caller: MayRead,
    city: City,
    session: SessionDep,
    page: PageDep,
    status: Annotated[ChangeStatus | None, Query()] = None,
) -> Page[PolicyChangeOut]:
    """Proposed and decided changes, oldest first."""
    caller.must_act_in(city)
    found = queries.changes_statement(city, status)
    rows, cursor = await page_of(session, found, page, (PolicyChange.recorded_at, PolicyChange.id))
    return Page[PolicyChangeOut](items=[PolicyChangeOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/changes/{change_id}")
async def read_change(caller: MayRead, city: City, change_id: ChangeId, session: SessionDep) -> PolicyChangeOut:
    """One change."""
    caller.must_act_in(city)
    return PolicyChangeOut.model_validate(await queries.find_change(session, city, change_id))


@routes.post("/changes/{change_id}/approval")
async def approve_change(
    caller: MayApprove, city: City, change_id: ChangeId, body: ApprovalIn, session: SessionDep,
    _key: KeyOptional = None,
) -> PolicyChangeOut:  # fmt: skip
    """The second person agrees: the city's policy has a new version and every service is told."""
    change = await service.approve_change(session, caller=caller, city_code=city, change_id=change_id, note=body.note)
    return PolicyChangeOut.model_validate(change)


@routes.post("/changes/{change_id}/rejection")
async def reject_change(
    caller: MayApprove, city: City, change_id: ChangeId, body: ChangeRejectionIn, session: SessionDep,
    _key: KeyOptional = None,
) -> PolicyChangeOut:  # fmt: skip
    """The second person does not agree."""
    change = await service.reject_change(session, caller=caller, city_code=city, change_id=change_id, note=body.note)
    return PolicyChangeOut.model_validate(change)


@routes.get("/clauses/{clause}")
async def read_clause(caller: MayRead, city: City, clause: str, session: SessionDep) -> ClauseOut:
    """A clause: its exact words, where they stand, and what implements it."""
    queries.readable_city(caller, city)
    return views.clause_shown(await queries.current_policy(session, city), clause, at=accepted_now(city))


@routes.get("/versions")
async def list_versions(caller: MayRead, city: City, session: SessionDep, page: PageDep) -> Page[VersionLine]:
    """Every version there was, oldest first."""
    queries.readable_city(caller, city)
    await queries.current_policy(session, city)
    rows, cursor = await page_of(session, queries.versions_statement(city), page, (PolicySnapshotRow.version,))
    approved = await queries.approved_at(session, city, [row.version for row in rows])
    lines = [
        VersionLine(
            version=row.version,
            hash=row.hash,
            pack_id=row.pack_id,
            recorded_at=approved.get(row.version, row.recorded_at),
        )
        for row in rows
    ]
    return Page[VersionLine](items=lines, next_cursor=cursor)


@routes.get("/versions/{version}")
async def read_version(caller: MayRead, city: City, version: VersionNumber, session: SessionDep) -> VersionOut:
    """The whole snapshot of one version; its hash is taken over the canonical JSON of `body`."""
    queries.readable_city(caller, city)
    snapshot = await queries.policy_version(session, city, version)
    return VersionOut(version=snapshot.version, hash=snapshot.hash, body=snapshot.body)
