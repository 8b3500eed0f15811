"""Entitlements over HTTP."""

from typing import Annotated

from fastapi import Response

from contracts.asking import may_own
from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import mark
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.entitlements.models import Entitlement, PublicityList
from services.funds.entitlements.queries import entitlements_of, get_entitlement, get_list, lists_of
from services.funds.entitlements.schemas import (
    ApprovalIn,
    EntitlementOut,
    PublicityListIn,
    PublicityListOut,
    PublicityListWithEntriesOut,
)
from services.funds.entitlements.service import (
    approve_entitlement,
    determine_again,
    gather_payee_of_entitlement,
)
from services.funds.entitlements.states import Status
from services.funds.entitlements.unapplied import confirm_award, publish_list
from services.funds.ids import CaseId, EntitlementId, OrganisationId, PublicityListId
from services.funds.objections.queries import held_back
from services.funds.payments.payees import GatheringDep

routes = router(prefix="/v1/funds/entitlements", tags=["entitlements"])
lists = router(prefix="/v1/funds/publicity-lists", tags=["entitlements"])
MayRead = Annotated[Caller, may_own("entitlements:read")]
MayDetermine = Annotated[Caller, may("entitlements:determine")]
MayConfirm = Annotated[Caller, may_own("entitlements:confirm")]
MayPublish = Annotated[Caller, may("entitlements:publish")]
MayApprove = Annotated[Caller, may("entitlements:approve")]


@lists.post("", status_code=201)
async def publish_awards(
    caller: MayPublish, body: PublicityListIn, session: SessionDep, _key: KeyRequired
) -> PublicityListOut:
    """Publish every confirmed award of a programme that nobody applied for; approved when the notice is over."""
    row = await publish_list(session, programme=body.programme, caller=caller, at=clock.now(caller.city))
    return PublicityListOut.model_validate(row)


@lists.get("")
async def list_published_awards(caller: MayRead, session: SessionDep, page: PageDep) -> Page[PublicityListOut]:
    """Published lists of the city."""
    rows, cursor = await page_of(session, lists_of(caller.city), page, (PublicityList.recorded_at, PublicityList.id))
    return Page(items=[PublicityListOut.model_validate(row) for row in rows], next_cursor=cursor)


@lists.get("/{list_id}")
async def read_published_awards(
    caller: MayRead, list_id: PublicityListId, session: SessionDep
) -> PublicityListWithEntriesOut:
    """One list: who is to get how much; never an account. Everybody of the city may read it: it is public."""
    row, entries = await get_list(session, list_id, caller)
    return PublicityListWithEntriesOut.whole(row, entries, await held_back(session, [one.id for one in entries]))


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


@routes.post("/{entitlement_id}/confirmation")
async def confirm_entitlement(
    caller: MayConfirm, entitlement_id: EntitlementId, session: SessionDep, _key: KeyRequired
) -> EntitlementOut:
    """The payee confirms an award it did not apply for, at the amount it stands at."""
    row = await confirm_award(session, entitlement_id=entitlement_id, caller=caller, at=clock.now(caller.city))
    return EntitlementOut.of(row)


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
