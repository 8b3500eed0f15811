"""Routes of measures on a voucher."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.vouchers.ids import VoucherId
from services.vouchers.integrity.measures import queries, service
from services.vouchers.integrity.measures.schemas import MeasureOut, ReasonIn, VoidIn
from services.vouchers.issuance.schemas import VoucherOut

MayRead = Annotated[Caller, may("integrity:read")]
MayAct = Annotated[Caller, may("integrity:act")]
routes = router(prefix="/v1/vouchers/vouchers/{voucher_id}", tags=["vouchers: integrity"])


@routes.post("/freeze")
async def freeze_voucher(
    caller: MayAct, voucher_id: VoucherId, body: ReasonIn, session: SessionDep, _key: KeyRequired
) -> VoucherOut:
    """Suspend a voucher: nothing of it is redeemed until an officer lifts that. Its last day stays."""
    voucher = await service.freeze_voucher(session, voucher_id=voucher_id, reason=body.reason, caller=caller)
    return VoucherOut.model_validate(voucher)


@routes.post("/unfreeze")
async def unfreeze_voucher(
    caller: MayAct, voucher_id: VoucherId, body: ReasonIn, session: SessionDep, _key: KeyRequired
) -> VoucherOut:
    """Let a frozen voucher be redeemed again."""
    voucher = await service.unfreeze_voucher(session, voucher_id=voucher_id, reason=body.reason, caller=caller)
    return VoucherOut.model_validate(voucher)


@routes.post("/void")
async def void_voucher(
    caller: MayAct, voucher_id: VoucherId, body: VoidIn, session: SessionDep, _key: KeyRequired
) -> VoucherOut:
    """End a voucher for good, by clauses of the policy. What is left returns to its tranche at once."""
    voucher = await service.void_voucher(
        session, voucher_id=voucher_id, reason=body.reason, clauses=body.clauses, caller=caller
    )
    return VoucherOut.model_validate(voucher)


@routes.get("/measures")
async def list_measures(caller: MayRead, voucher_id: VoucherId, session: SessionDep, page: PageDep) -> Page[MeasureOut]:
    """Everything officers did to a voucher, oldest first."""
    rows, cursor = await queries.measures_of(session, page, voucher_id=voucher_id, caller=caller)
    return Page(items=[MeasureOut.model_validate(row) for row in rows], next_cursor=cursor)
