"""Entitlements over HTTP."""

from typing import Annotated

from fastapi import Response

from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import mark
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.queries import entitlements_of, get_entitlement
from services.funds.entitlements.schemas import ApprovalIn, EntitlementOut
from services.funds.entitlements.service import (
    approve_entitlement,
    determine_again,
    gather_payee_of_entitlement,
)
from services.funds.entitlements.states import Status
from services.funds.ids import CaseId, EntitlementId, OrganisationId
from services.funds.payments.payees import GatheringDep

routes = router(prefix="/v1/funds/entitlements", tags=["entitlements"])
MayRead = Annotated[Caller, may("entitlements:read")]
MayDetermine = Annotated[Caller, may("entitlements:determine")]
MayApprove = Annotated[Caller, may("entitlements:approve")]


@routes.get("")
async def list_entitlements(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    case_id: CaseId | None = None,
    organisation_id: OrganisationId | None = None,
) -> Page[EntitlementOut]:
    """Entitlements of the city; an applicant sees its own."""
    wanted = entitlements_of(caller, status=status, case_id=case_id, organisation_id=organisation_id)
    rows, cursor = await page_of(session, wanted, page, (Entitlement.recorded_at, Entitlement.id))
    return Page(items=[EntitlementOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/{entitlement_id}")
async def read_entitlement(
    caller: MayRead, entitlement_id: EntitlementId, session: SessionDep, response: Response
) -> EntitlementOut:
    """One entitlement, with every reason it waits for or was refused by."""
    entitlement = await get_entitlement(session, entitlement_id, caller)
    mark(response, entitlement.version)
    return EntitlementOut.of(entitlement)


@routes.post("/{entitlement_id}/determination")
async def determine_entitlement_again(
    caller: MayDetermine, entitlement_id: EntitlementId, session: SessionDep, _key: KeyRequired
) -> EntitlementOut:
    """Rule on it again, as after parameters were set for pending cases. Whoever asks may not approve it then."""
    return EntitlementOut.of(await determine_again(session, entitlement_id=entitlement_id, caller=caller))


@routes.post("/{entitlement_id}/approval")
async def approve_award(
    caller: MayApprove,
    entitlement_id: EntitlementId,
    body: ApprovalIn,
    gathering: GatheringDep,
    work: WorkDep,
    _key: KeyRequired,
) -> EntitlementOut:
    """A second person approves: the budget is encumbered and a payment order prepared at the same moment."""
    payee = await gather_payee_of_entitlement(gathering, entitlement_id=entitlement_id, caller=caller)
    at = clock.now(caller.city)
    approved = await approve_entitlement(
        await work.open(),
        entitlement_id=entitlement_id,
        policy_year=body.policy_year or clock.on_date(at).year,
        payee=payee,
        caller=caller,
        at=at,
    )
    return EntitlementOut.of(approved)
