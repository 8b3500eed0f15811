"""Routes of hosts: cluster registration (ZZ-20) and secretary companies (JX-33)."""

from functools import partial
from typing import Annotated, Any

from fastapi import Response

from kernel.auth import Caller, may
from kernel.drawing import drawn
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from kernel.workbooks import XLSX
from services.registry.premises import hosting, queries, reading
from services.registry.premises.schemas import (
    HostDetailOut,
    HostId,
    HostIn,
    HostOut,
    ReasonIn,
    RegistrationOut,
    ReportIn,
    ReportOut,
    ReportsOut,
)
from services.registry.premises.states import HostFact, HostStatus
from services.registry.premises.workbook import roster_workbook

MayRead = Annotated[Caller, may("premises:read")]
MayWrite = Annotated[Caller, may("premises:write")]
MayRegister = Annotated[Caller, may("premises:register")]
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}

routes = router(prefix="/v1/registry/premises/hosts", tags=["registry: premises"])


@routes.post("", status_code=201)
async def admit_host(caller: MayRegister, body: HostIn, session: SessionDep, _key: KeyOptional = None) -> HostDetailOut:
    """Admit a host; refused, naming the clause, while the city has not set who may host and what hosts owe."""
    return await reading.host_detail(session, await hosting.admit_host(session, given=body, caller=caller))


@routes.get("")
async def list_hosts(
    caller: MayRead, session: SessionDep, page: PageDep, status: HostStatus | None = None
) -> Page[HostOut]:
    """Hosts you act for; all of the city for its staff."""
    rows, cursor = await queries.list_hosts(session, page, caller=caller, status=status)
    return Page(items=[reading.host_out(row) for row in rows], next_cursor=cursor)


@routes.get("/{host_id}")
async def read_host(caller: MayRead, host_id: HostId, session: SessionDep) -> HostDetailOut:
    """A host with its duties, how many firms it holds, and the yearly reports it owes."""
    return await reading.host_detail(session, await queries.find_host(session, host_id, caller=caller))


@routes.post("/{host_id}/suspension")
async def suspend_host(
    caller: MayRegister, host_id: HostId, body: ReasonIn, session: SessionDep, _key: KeyOptional = None
) -> HostDetailOut:
    """It takes no new firm until it is resumed."""
    row = await hosting.change_host(
        session, host_id=host_id, fact=HostFact.SUSPENDED, reason=body.reason, caller=caller
    )
    return await reading.host_detail(session, row)


@routes.post("/{host_id}/resumption")
async def resume_host(
    caller: MayRegister, host_id: HostId, body: ReasonIn, session: SessionDep, _key: KeyOptional = None
) -> HostDetailOut:
    """It takes firms again."""
    row = await hosting.change_host(session, host_id=host_id, fact=HostFact.RESUMED, reason=body.reason, caller=caller)
    return await reading.host_detail(session, row)


@routes.post("/{host_id}/leaving")
async def leave(
    caller: MayWrite, host_id: HostId, body: ReasonIn, session: SessionDep, _key: KeyOptional = None
) -> HostDetailOut:
    """It gives up. Its firms have the city's working days to move; who has not by then stands without a host."""
    return await reading.host_detail(
        session, await hosting.leave(session, host_id=host_id, reason=body.reason, caller=caller)
    )


@routes.get("/{host_id}/roster")
async def read_roster(caller: MayRead, host_id: HostId, session: SessionDep, page: PageDep) -> Page[RegistrationOut]:
    """Every firm it holds and held."""
    host = await queries.find_host(session, host_id, caller=caller)
    rows, cursor = await queries.roster_page(session, page, host.id)
    return Page(items=[reading.registration_out(row) for row in rows], next_cursor=cursor)


@routes.get("/{host_id}/roster.xlsx", responses=FILE, response_class=Response)
async def download_roster(caller: MayRead, host_id: HostId, work: WorkDep) -> Response:
    """The same as a workbook (台账)."""
    session = await work.open()
    host = await queries.find_host(session, host_id, caller=caller)
    rows = [reading.registration_out(row) for row in await queries.whole_roster(session, host.id)]
    headers = {"Content-Disposition": 'attachment; filename="roster.xlsx"', "Cache-Control": "no-store"}
    return Response(await drawn(work, partial(roster_workbook, rows)), media_type=XLSX, headers=headers)


@routes.post("/{host_id}/reports", status_code=201)
async def report_year(
    caller: MayWrite, host_id: HostId, body: ReportIn, session: SessionDep, _key: KeyOptional = None
) -> ReportOut:
    """The yearly report of a host that owes one: the register counts its roster, the host adds what it received."""
    return ReportOut.model_validate(await hosting.report_year(session, host_id=host_id, given=body, caller=caller))


@routes.get("/{host_id}/reports")
async def list_host_reports(caller: MayRead, host_id: HostId, session: SessionDep) -> ReportsOut:
    """What it has reported, oldest first."""
    host = await queries.find_host(session, host_id, caller=caller)
    rows = await queries.reports_of(session, host.id)
    return ReportsOut(items=[ReportOut.model_validate(row) for row in rows])
