"""Routes of the borrower library."""

from functools import partial
from typing import Annotated

from fastapi import Response

from kernel import clock
from kernel.auth import Caller, may
from kernel.drawing import drawn
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from kernel.workbooks import XLSX
from services.funds.loan_pool.ids import LibraryFirmId
from services.funds.loan_pool.lending.service import gather_borrower
from services.funds.loan_pool.library import service
from services.funds.loan_pool.library.files import FIRMS_MAX, as_xlsx
from services.funds.loan_pool.library.models import LibraryFirm
from services.funds.loan_pool.library.queries import entries_for
from services.funds.loan_pool.library.schemas import FirmIn, FirmOut, RemovalIn
from services.funds.payments.payees import GatheringDep

routes = router(prefix="/v1/funds/loan-pool", tags=["loan pool"])
MayList = Annotated[Caller, may("borrowers:list")]
MayRead = Annotated[Caller, may("borrowers:read")]
FILE = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}


@routes.post("/library", status_code=201)
async def list_library_firm(
    caller: MayList, body: FirmIn, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> FirmOut:
    """Enter a firm, by a partner bank or the city: refused with every reason where the standard does not hold."""
    firm = await gather_borrower(gathering, given=body, caller=caller)
    session = await work.open()
    row = await service.list_firm(session, given=body, firm=firm, caller=caller, at=clock.now(caller.city))
    return FirmOut.of(row, caller)


@routes.get("/library")
async def list_library(
    caller: MayRead, session: SessionDep, page: PageDep, *, listed_only: bool = True
) -> Page[FirmOut]:
    """Firms of the library: for staff all, for a bank those it entered and the city's."""
    wanted = entries_for(caller, listed_only=listed_only)
    rows, cursor = await page_of(session, wanted, page, (LibraryFirm.recorded_at, LibraryFirm.id))
    return Page(items=[FirmOut.of(row, caller) for row in rows], next_cursor=cursor)


@routes.get("/library-file", response_class=Response, responses=FILE)  # type: ignore[arg-type]
async def download_library(caller: MayRead, work: WorkDep) -> Response:
    """The same firms, removed ones too, as a workbook: up to ten thousand, the latest first."""
    wanted = entries_for(caller, listed_only=False).order_by(LibraryFirm.recorded_at.desc()).limit(FIRMS_MAX)
    firms = (await (await work.open()).scalars(wanted)).all()
    content = await drawn(work, partial(as_xlsx, firms, caller))
    return Response(content, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="library.xlsx"'})


@routes.post("/library/{entry_id}/removal")
async def remove_library_firm(
    caller: MayList, entry_id: LibraryFirmId, body: RemovalIn, session: SessionDep, _key: KeyRequired
) -> FirmOut:
    """Take a firm out, with the reason: a bank what it entered. Loans registered before stay covered."""
    row = await service.remove_firm(
        session, entry_id=entry_id, reason=body.reason, caller=caller, at=clock.now(caller.city)
    )
    return FirmOut.of(row, caller)
