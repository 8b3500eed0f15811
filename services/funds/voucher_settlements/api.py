"""What providers are to be paid for redeemed vouchers, over HTTP."""

from typing import Annotated

from fastapi import Response

from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.ids import OrganisationId, SettlementId, TrancheId
from services.funds.payments.payees import GatheringDep
from services.funds.voucher_settlements import queries
from services.funds.voucher_settlements.models import VoucherSettlement
from services.funds.voucher_settlements.schemas import AnnulmentIn, VoucherSettlementDetailOut, VoucherSettlementOut
from services.funds.voucher_settlements.service import annul, gather_payee, order_payment
from services.funds.voucher_settlements.states import Status

routes = router(prefix="/v1/funds/voucher-settlements", tags=["voucher settlements"])
MayRead = Annotated[Caller, may("payments:read")]
MayManage = Annotated[Caller, may("payments:manage")]


@routes.get("")
async def list_voucher_settlements(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    provider_id: OrganisationId | None = None,
    tranche_id: TrancheId | None = None,
) -> Page[VoucherSettlementOut]:
    """Statements confirmed at the vouchers service: what waits for an order, what is on its way, what is paid."""
    wanted = queries.settlements_of(caller.city, status=status, provider_id=provider_id, tranche_id=tranche_id)
    rows, cursor = await page_of(session, wanted, page, (VoucherSettlement.recorded_at, VoucherSettlement.id))
    return Page(items=[VoucherSettlementOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{settlement_id}")
async def read_voucher_settlement(
    caller: MayRead, settlement_id: SettlementId, session: SessionDep, response: Response
) -> VoucherSettlementDetailOut:
    """One statement with every redemption it pays for."""
    row = await queries.get_settlement(session, settlement_id, caller)
    mark(response, row.version)
    return VoucherSettlementDetailOut.of(row, await queries.lines_of(session, row.id))


@routes.post("/{settlement_id}/payment-order", status_code=201)
async def order_voucher_settlement(
    caller: MayManage,
    settlement_id: SettlementId,
    if_match: IfMatch,
    gathering: GatheringDep,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> VoucherSettlementOut:
    """Prepare its payment order, as nobody who worked on the statement; another person releases it to the bank."""
    payee = await gather_payee(gathering, settlement_id=settlement_id, caller=caller)
    row = await order_payment(
        await work.open(),
        settlement_id=settlement_id,
        payee=payee,
        if_match=if_match,
        caller=caller,
        at=clock.now(caller.city),
    )
    mark(response, row.version)
    return VoucherSettlementOut.model_validate(row)


@routes.post("/{settlement_id}/annulment")
async def annul_voucher_settlement(
    caller: MayManage,
    settlement_id: SettlementId,
    body: AnnulmentIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> VoucherSettlementOut:
    """Pay nothing for it, while its order has not left for the bank: what it lists may be reversed or settled anew."""
    row = await annul(session, settlement_id=settlement_id, reason=body.reason, if_match=if_match, caller=caller)
    mark(response, row.version)
    return VoucherSettlementOut.model_validate(row)
