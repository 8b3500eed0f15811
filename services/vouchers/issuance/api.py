"""Routes of vouchers."""

from typing import Annotated

from fastapi import Response

from contracts.asking import may_own, organisation_of
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.vouchers.ids import OrganisationId, VoucherId
from services.vouchers.issuance import queries, service
from services.vouchers.issuance.schemas import CodeOut, IssueIn, VoucherOut
from services.vouchers.issuance.states import Status
from services.vouchers.organisations import controller_group_of
from services.vouchers.settings import CodeKey

MayRead = Annotated[Caller, may_own("vouchers:read")]
MayIssue = Annotated[Caller, may("vouchers:issue")]
routes = router(prefix="/v1/vouchers/vouchers", tags=["vouchers"])


@routes.post("", status_code=201)
async def issue_voucher(
    caller: MayIssue, body: IssueIn, registry: Registry, work: WorkDep, _key: KeyRequired
) -> VoucherOut:
    """Issue a voucher. Refused with every reason, and while a parameter is open with its clause."""
    application = await service.application_of(work, case_id=body.case_id, holder_id=body.holder_id, caller=caller)
    pointer = "/holder_id" if body.holder_id else "/case_id"
    holder = await organisation_of(registry, application.holder_id, city_code=caller.city, pointer=pointer)
    group = await controller_group_of(registry, holder.id)
    voucher = await service.issue_voucher(
        await work.open(),
        tranche_id=body.tranche_id,
        application=application,
        holder=holder,
        group=group,
        firm_kind=body.firm_kind,
        caller=caller,
    )
    return VoucherOut.model_validate(voucher)


@routes.get("")
async def list_vouchers(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    holder_id: OrganisationId | None = None,
) -> Page[VoucherOut]:
    """Vouchers of the city for its staff, a holder's own for itself."""
    rows, cursor = await queries.list_vouchers(session, page, caller=caller, status=status, holder_id=holder_id)
    return Page(items=[VoucherOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{voucher_id}")
async def get_voucher(caller: MayRead, voucher_id: VoucherId, session: SessionDep) -> VoucherOut:
    """One voucher, without its code."""
    return VoucherOut.model_validate(await queries.voucher_for(session, voucher_id, caller=caller))


@routes.put("/{voucher_id}/code")
async def make_voucher_code(
    caller: MayIssue, voucher_id: VoucherId, key: CodeKey, session: SessionDep, response: Response
) -> CodeOut:
    """A new code for the holder, shown this once; an earlier one stops working."""
    voucher, code = await service.make_code(session, voucher_id=voucher_id, caller=caller, key=key)
    # PUT, because an answer to a POST may be stored under its idempotency key, and this one must not be stored.
    response.headers["Cache-Control"] = "no-store"
    return CodeOut.of(voucher, code)
