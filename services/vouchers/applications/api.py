"""Routes of applications for vouchers."""

from typing import Annotated

from contracts.asking import may_own
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.vouchers.applications import queries, service
from services.vouchers.applications.schemas import ApplicationOut, RefusalIn
from services.vouchers.applications.states import Status
from services.vouchers.ids import CaseId

MayRead = Annotated[Caller, may_own("vouchers:read")]
MayIssue = Annotated[Caller, may("vouchers:issue")]
routes = router(prefix="/v1/vouchers/applications", tags=["vouchers: applications"])


@routes.get("")
async def list_voucher_applications(
    caller: MayRead, session: SessionDep, page: PageDep, status: Status | None = None
) -> Page[ApplicationOut]:
    """What the window has accepted: of the city for its staff, an applicant's own for itself."""
    rows, cursor = await queries.list_applications(session, page, caller=caller, status=status)
    return Page(items=[ApplicationOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/{case_id}/refusal")
async def refuse_voucher_application(
    caller: MayIssue, case_id: CaseId, body: RefusalIn, session: SessionDep, _key: KeyRequired
) -> ApplicationOut:
    """Issue no voucher on an application, as another officer than who entered or accepted it. The case ends."""
    case = await service.refuse_application(
        session, case_id=case_id, reason=body.reason, clauses=body.clauses, caller=caller
    )
    return ApplicationOut.model_validate(case)
