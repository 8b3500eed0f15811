"""What an event cost its hosts, over HTTP: stated by the host, checked by an officer, confirmed by another."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Response

from contracts.asking import may_own
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyRequired
from kernel.ids import encode_id
from kernel.neighbours import Funds
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.events.calendar.schemas import EventId, OrganisationId
from services.events.hosting import queries, service
from services.events.hosting.models import HostingLine, HostingStatement
from services.events.hosting.schemas import (
    CheckIn,
    CorrectionIn,
    StatementId,
    StatementIn,
    StatementOut,
)
from services.events.hosting.states import Status

MayRead = Annotated[Caller, may_own("hosting:read")]
MayState = Annotated[Caller, may_own("hosting:state")]
MayCheck = Annotated[Caller, may("hosting:check")]
MayConfirm = Annotated[Caller, may("hosting:confirm")]
PATH = "/hosting-statements"
routes = router(prefix="/v1/events", tags=["hosting"])


@routes.post(PATH, status_code=201)
async def state_hosting_cost(
    caller: MayState, body: StatementIn, funds: Funds, work: WorkDep, response: Response, _key: KeyRequired
) -> StatementOut:
    """State what a host's share of an event cost, once. Refused with every reason, invoices used elsewhere included."""
    row, lines = await service.state_cost(
        work, funds, event_id=body.event_id, host_id=body.host_id, stated=body.to_stated(), caller=caller
    )
    response.headers["Location"] = f"/v1/events{PATH}/{encode_id('hst', row.id)}"
    return _shown(row, lines, response)


@routes.get(PATH)
async def list_hosting_statements(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    event_id: EventId | None = None,
    host_id: OrganisationId | None = None,
    status: Status | None = None,
) -> Page[StatementOut]:
    """Statements with every edition, in the order they were made; a portal sees those of the hosts it acts for."""
    rows, cursor = await queries.find_statements(
        session, page, caller=caller, event_id=event_id, host_id=host_id, status=status
    )
    lines = await queries.lines_of(session, [row.id for row in rows])
    items = [StatementOut.of(row, [line for line in lines if line.statement_id == row.id]) for row in rows]
    return Page(items=items, next_cursor=cursor)


@routes.get(PATH + "/{statement_id}")
async def read_hosting_statement(
    caller: MayRead, statement_id: StatementId, session: SessionDep, response: Response
) -> StatementOut:
    """One edition of a statement."""
    row = await queries.statement_for(session, statement_id, caller=caller)
    return _shown(row, await queries.lines_of(session, [row.id]), response)


@routes.post(PATH + "/{statement_id}/corrections", status_code=201)
async def correct_hosting_cost(
    caller: MayState,
    statement_id: StatementId,
    body: CorrectionIn,
    if_match: IfMatch,
    funds: Funds,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> StatementOut:
    """State it anew: the next edition, to be checked and confirmed; the one before is kept."""
    row, lines = await service.correct_cost(
        work,
        funds,
        statement_id=statement_id,
        stated=body.to_stated(),
        reason=body.correction_reason,
        if_match=if_match,
        caller=caller,
    )
    return _shown(row, lines, response)


@routes.post(PATH + "/{statement_id}/check")
async def check_hosting_cost(
    caller: MayCheck,
    statement_id: StatementId,
    body: CheckIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyRequired,
) -> StatementOut:
    """Accept or refuse each line; a refusal names reason and clause. May be done again until it is confirmed."""
    row, lines = await service.check_cost(
        session, statement_id=statement_id, found=body.to_found(), if_match=if_match, caller=caller
    )
    return _shown(row, lines, response)


@routes.post(PATH + "/{statement_id}/confirmation")
async def confirm_hosting_cost(
    caller: MayConfirm,
    statement_id: StatementId,
    if_match: IfMatch,
    funds: Funds,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> StatementOut:
    """Confirm a check as another officer: from now on subsidies are computed on this cost."""
    row, lines = await service.confirm_cost(work, funds, statement_id=statement_id, if_match=if_match, caller=caller)
    return _shown(row, lines, response)


def _shown(row: HostingStatement, lines: Sequence[HostingLine], response: Response) -> StatementOut:
    mark(response, row.version)
    return StatementOut.of(row, lines)
