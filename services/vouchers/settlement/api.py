"""Routes of settlement with providers."""

from typing import Annotated

from anyio import to_thread
from fastapi import Response

from contracts.asking import may_own, organisation_of
from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.neighbours import Registry
from kernel.owning import is_staff
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.vouchers.ids import OrganisationId, SettlementId, TrancheId
from services.vouchers.settlement import queries, service
from services.vouchers.settlement.files import as_xlsx
from services.vouchers.settlement.models import Settlement
from services.vouchers.settlement.schemas import (
    LineOut,
    NoticeOut,
    PublishIn,
    SettlementDetailOut,
    SettlementIn,
    SettlementOut,
)
from services.vouchers.settlement.states import Status

MayRead = Annotated[Caller, may_own("vouchers:read")]
MayPrepare = Annotated[Caller, may("settlements:prepare")]
MayConfirm = Annotated[Caller, may("settlements:confirm")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
routes = router(prefix="/v1/vouchers/settlements", tags=["vouchers: settlement"])


@routes.post("", status_code=201)
async def draw_up_settlement(
    caller: MayPrepare, body: SettlementIn, registry: Registry, work: WorkDep, response: Response, _key: KeyRequired
) -> SettlementOut:
    """Draw up what a provider is owed out of a tranche: all that was booked by then and stands in no statement."""
    provider = await organisation_of(registry, body.organisation_id, city_code=caller.city, pointer="/organisation_id")
    row = await service.draw_up(
        await work.open(), tranche_id=body.tranche_id, provider=provider, until_on=body.until_on, caller=caller
    )
    return _shown(row, response)


@routes.get("")
async def list_settlements(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    organisation_id: OrganisationId | None = None,
    tranche_id: TrancheId | None = None,
) -> Page[SettlementOut]:
    """Statements of the city for its staff, a provider's own for itself."""
    rows, cursor = await queries.list_settlements(
        session, page, caller=caller, status=status, organisation_id=organisation_id, tranche_id=tranche_id
    )
    shown = [SettlementOut.model_validate(row).for_staff(is_staff(caller)) for row in rows]
    return Page(items=shown, next_cursor=cursor)


@routes.get("/notices")
async def list_settlement_notices(caller: MayRead, session: SessionDep, page: PageDep) -> Page[NoticeOut]:
    """What is on public notice today. Everybody of the city may read it."""
    rows, cursor = await queries.list_notices(session, page, city_code=caller.city, on=clock.today(caller.city))
    return Page(items=[NoticeOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{settlement_id}")
async def get_settlement(
    caller: MayRead, settlement_id: SettlementId, session: SessionDep, response: Response
) -> SettlementDetailOut:
    """One statement, with control totals of its tranche."""
    row = await queries.settlement_for(session, settlement_id, caller=caller)
    mark(response, row.version)
    return SettlementDetailOut.of(row, await queries.control_for(session, row, caller=caller))


@routes.get("/{settlement_id}/lines")
async def list_settlement_lines(
    caller: MayRead, settlement_id: SettlementId, session: SessionDep, page: PageDep
) -> Page[LineOut]:
    """Its lines, in the order they were drawn up."""
    row = await queries.settlement_for(session, settlement_id, caller=caller)
    rows, cursor = await queries.lines_of(session, page, row.id)
    return Page(items=[LineOut.model_validate(line) for line in rows], next_cursor=cursor)


@routes.get("/{settlement_id}/workbook", response_class=Response, responses=FILE)  # type: ignore[arg-type]
async def download_settlement(caller: MayRead, settlement_id: SettlementId, work: WorkDep) -> Response:
    """The same as a workbook."""
    session = await work.open()
    row = await queries.settlement_for(session, settlement_id, caller=caller)
    control = await queries.control_for(session, row, caller=caller)
    lines = await queries.whole(session, row.id)
    await work.close()  # nobody waits for a row while the workbook is written
    content = await to_thread.run_sync(as_xlsx, row, lines, control)
    return Response(content, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="settlement.xlsx"'})


@routes.post("/{settlement_id}/publish")
async def publish_settlement(
    caller: MayPrepare,
    settlement_id: SettlementId,
    body: PublishIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> SettlementOut:
    """Put a statement on public notice for so many working days, or hand it to the second person without one."""
    row = await service.publish(
        session,
        settlement_id=settlement_id,
        working_days=body.notice_working_days,
        if_match=if_match,
        caller=caller,
    )
    return _shown(row, response)


@routes.post("/{settlement_id}/confirm")
async def confirm_settlement(
    caller: MayConfirm,
    settlement_id: SettlementId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> SettlementOut:
    """Let it be paid, as another person than who drew it up or published it, once the notice is over."""
    row = await service.confirm(session, settlement_id=settlement_id, if_match=if_match, caller=caller)
    return _shown(row, response)


@routes.post("/{settlement_id}/withdraw")
async def withdraw_settlement(
    caller: MayPrepare,
    settlement_id: SettlementId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> SettlementOut:
    """Take back a statement nobody confirmed: what it lists waits for another one."""
    row = await service.withdraw(session, settlement_id=settlement_id, if_match=if_match, caller=caller)
    return _shown(row, response)


def _shown(row: Settlement, response: Response) -> SettlementOut:
    mark(response, row.version)
    return SettlementOut.model_validate(row)
