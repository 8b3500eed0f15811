"""Applications for money over HTTP. They come from accepted cases; here they are reviewed and approved."""

from typing import Annotated

from fastapi import Query

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.applications.models import Application
from services.funds.applications.queries import applications_of, read_application
from services.funds.applications.schemas import (
    ApplicationId,
    ApplicationOut,
    ApplicationWithInvoicesOut,
    ReviewIn,
)
from services.funds.applications.service import (
    approve_application,
    gather_payee_of_application,
    must_be_gone,
    refuse_application,
    review_application,
)
from services.funds.applications.states import Status
from services.funds.ids import CaseId, OrganisationId
from services.funds.invoices.service import invoices_of
from services.funds.payments.payees import GatheringDep

routes = router(prefix="/v1/funds/applications", tags=["applications"])
MayRead = Annotated[Caller, may("applications:read")]
MayReview = Annotated[Caller, may("applications:review")]
MayApprove = Annotated[Caller, may("entitlements:approve")]


@routes.get("")
async def list_applications(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    programme: Annotated[str | None, Query(max_length=100, examples=["operation.subsidy"])] = None,
    applicant_id: OrganisationId | None = None,
    case_id: CaseId | None = None,
) -> Page[ApplicationOut]:
    """Applications of the city, in the order they were accepted."""
    wanted = applications_of(
        caller.city, status=status, programme=programme, applicant_id=applicant_id, case_id=case_id
    )
    rows, cursor = await page_of(session, wanted, page, (Application.recorded_at, Application.id))
    return Page(items=[ApplicationOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/{application_id}")
async def read_one_application(
    caller: MayRead, application_id: ApplicationId, session: SessionDep
) -> ApplicationWithInvoicesOut:
    """One application with its invoices, by the end of their numbers."""
    row = await read_application(session, application_id, caller)
    return ApplicationWithInvoicesOut.whole(row, await invoices_of(session, row.id))


@routes.post("/{application_id}/review")
async def review_one_application(
    caller: MayReview, application_id: ApplicationId, body: ReviewIn, session: SessionDep, _key: KeyRequired
) -> ApplicationOut:
    """Find the facts, as another officer than accepted the case; the policy rules on them at once."""
    row = await review_application(
        session,
        application_id=application_id,
        facts=body.facts,
        about=body.about,
        opinion=body.opinion,
        caller=caller,
        at=clock.now(caller.city),
    )
    return ApplicationOut.of(row)


@routes.post("/{application_id}/refusal")
async def refuse_one_application(
    caller: MayReview, application_id: ApplicationId, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> ApplicationOut:
    """End what is not approved yet when the applicant was deregistered and nobody goes on in its place."""
    await must_be_gone(gathering, application_id=application_id, caller=caller)
    return ApplicationOut.of(await refuse_application(await work.open(), application_id=application_id, caller=caller))


@routes.post("/{application_id}/approval")
async def approve_one_application(
    caller: MayApprove, application_id: ApplicationId, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> ApplicationOut:
    """Approve what is payable, as another person than accepted or reviewed it: the budget is encumbered with it."""
    payee = await gather_payee_of_application(gathering, application_id=application_id, caller=caller)
    session = await work.open()
    row = await approve_application(
        session, application_id=application_id, payee=payee, caller=caller, at=clock.now(caller.city)
    )
    return ApplicationOut.of(row)
