"""Payment orders, bank files and confirmations over HTTP."""

import asyncio
from typing import Annotated

from fastapi import Response, UploadFile

from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyRequired
from kernel.openapi import NOT_YET
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from kernel.workbooks import XLSX
from services.funds.ids import AnyId, BatchId, OrganisationId, PaymentOrderId
from services.funds.paying_accounts.service import NoPayingAccount
from services.funds.payments.bank_file import read_bank_file
from services.funds.payments.cancelling import cancel_unpayable, must_be_unpayable
from services.funds.payments.chain import chain_of
from services.funds.payments.confirmation import confirm_lines
from services.funds.payments.models import PaymentBatch, PaymentOrder
from services.funds.payments.payees import GatheringDep
from services.funds.payments.queries import batches_of, get_batch, get_order, orders_of
from services.funds.payments.reopening import recall_order
from services.funds.payments.schemas import (
    BatchIn,
    BatchOut,
    CancellationIn,
    ChainOut,
    ConfirmationIn,
    ConfirmationOut,
    PaymentOrderOut,
)
from services.funds.payments.service import adopt_payee, gather_payee_of_order, make_batch, release_order
from services.funds.payments.states import Status

XML = "application/xml"
routes = router(prefix="/v1/funds", tags=["payments"])
MayRead = Annotated[Caller, may("payments:read")]
MayManage = Annotated[Caller, may("payments:manage")]


@routes.get("/payment-orders")
async def list_payment_orders(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    payee_id: OrganisationId | None = None,
    subject: AnyId | None = None,
) -> Page[PaymentOrderOut]:
    """Payment orders of the city."""
    wanted = orders_of(caller.city, status=status, payee_id=payee_id, subject_id=subject)
    rows, cursor = await page_of(session, wanted, page, (PaymentOrder.recorded_at, PaymentOrder.id))
    return Page(items=[PaymentOrderOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/payment-orders/{order_id}")
async def read_payment_order(
    caller: MayRead, order_id: PaymentOrderId, session: SessionDep, response: Response
) -> PaymentOrderOut:
    """One payment order, its payee's account masked."""
    order = await get_order(session, order_id, caller)
    mark(response, order.version)
    return PaymentOrderOut.of(order)


@routes.get("/payment-orders/{order_id}/chain")
async def read_payment_chain(caller: MayRead, order_id: PaymentOrderId, session: SessionDep) -> ChainOut:
    """From the clause to the bank line: clause, parameters, determination, case, approvals, entries, payment."""
    return await chain_of(session, await get_order(session, order_id, caller))


@routes.post("/payment-orders/{order_id}/release")
async def release_payment_order(
    caller: MayManage,
    order_id: PaymentOrderId,
    if_match: IfMatch,
    gathering: GatheringDep,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> PaymentOrderOut:
    """A second person lets the money go, to the payee they read on the order; 409 if the registry has another."""
    payee = await gather_payee_of_order(gathering, order_id=order_id, caller=caller)
    session = await work.open()
    at = clock.now(caller.city)
    order = await release_order(session, order_id=order_id, payee=payee, if_match=if_match, caller=caller, at=at)
    mark(response, order.version)
    return PaymentOrderOut.of(order)


@routes.post("/payment-orders/{order_id}/payee")
async def adopt_changed_payee(
    caller: MayManage,
    order_id: PaymentOrderId,
    if_match: IfMatch,
    gathering: GatheringDep,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> PaymentOrderOut:
    """Take over the account the registry has now, after looking into why it changed; another person then releases."""
    payee = await gather_payee_of_order(gathering, order_id=order_id, caller=caller)
    session = await work.open()
    order = await adopt_payee(session, order_id=order_id, payee=payee, if_match=if_match, caller=caller)
    mark(response, order.version)
    return PaymentOrderOut.of(order)


@routes.post("/payment-orders/{order_id}/recall")
async def recall_payment_order(
    caller: MayManage,
    order_id: PaymentOrderId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyRequired,
) -> PaymentOrderOut:
    """Stop an order that was released and is in no file yet, as when its account is in doubt: it is released anew."""
    order = await recall_order(session, order_id=order_id, if_match=if_match, caller=caller)
    mark(response, order.version)
    return PaymentOrderOut.of(order)


@routes.post("/payment-orders/{order_id}/cancellation")
async def cancel_payment_order(
    caller: MayManage,
    order_id: PaymentOrderId,
    body: CancellationIn,
    if_match: IfMatch,
    gathering: GatheringDep,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> PaymentOrderOut:
    """Not pay a grant whose payee was deregistered and has no successor, as another person than approved it.

    The budget is free again, and the application is refused or the award stopped.
    """
    await must_be_unpayable(gathering, order_id=order_id, caller=caller)
    session, at = await work.open(), clock.now(caller.city)
    order = await cancel_unpayable(
        session, order_id=order_id, reason=body.reason, if_match=if_match, caller=caller, at=at
    )
    mark(response, order.version)
    return PaymentOrderOut.of(order)


@routes.post("/payment-batches", status_code=201)
async def send_payment_batch(caller: MayManage, body: BatchIn, session: SessionDep, _key: KeyRequired) -> BatchOut:
    """Put released orders into a file for the bank, under the next sequence number."""
    batch = await make_batch(
        session, city_code=caller.city, order_ids=body.order_ids, caller=caller, at=clock.now(caller.city)
    )
    return BatchOut.model_validate(batch)


@routes.get("/payment-batches")
async def list_payment_batches(caller: MayRead, session: SessionDep, page: PageDep) -> Page[BatchOut]:
    """Bank files of the city."""
    rows, cursor = await page_of(session, batches_of(caller.city), page, (PaymentBatch.recorded_at, PaymentBatch.id))
    return Page(items=[BatchOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/payment-batches/{batch_id}")
async def read_payment_batch(caller: MayRead, batch_id: BatchId, session: SessionDep) -> BatchOut:
    """One bank file's control totals."""
    return BatchOut.model_validate(await get_batch(session, batch_id, caller))


@routes.get(
    "/payment-batches/{batch_id}/file",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def download_bank_file(caller: MayManage, batch_id: BatchId, session: SessionDep) -> Response:
    """The file itself, the same bytes every time. It has whole account numbers: finance only."""
    batch = await get_batch(session, batch_id, caller)
    headers = {
        "Content-Disposition": f'attachment; filename="payments-{batch.sequence:06}.xlsx"',
        "X-Content-SHA256": batch.sha256,
    }
    return Response(batch.file, media_type=XLSX, headers=headers)


@routes.get(
    "/payment-batches/{batch_id}/credit-transfer",
    response_class=Response,
    responses={200: {"content": {XML: {"schema": {"type": "string", "format": "binary"}}}}, **NOT_YET},
)
async def download_credit_transfer(caller: MayManage, batch_id: BatchId, session: SessionDep) -> Response:
    """The same batch as ISO 20022 pain.001.001.09. 409 when the city had no paying account as it was made."""
    batch = await get_batch(session, batch_id, caller)
    if batch.credit_transfer is None:
        raise NoPayingAccount
    headers = {"Content-Disposition": f'attachment; filename="payments-{batch.sequence:06}.xml"'}
    return Response(batch.credit_transfer, media_type=XML, headers=headers)


@routes.post("/confirmations")
async def confirm_payments(
    caller: MayManage, body: ConfirmationIn, session: SessionDep, _key: KeyRequired
) -> ConfirmationOut:
    """What the bank says of orders, line by line. A line taken before gets its first answer and moves nothing."""
    return await confirm_lines(session, [line.line() for line in body.lines], caller)


@routes.post("/confirmation-files")
async def confirm_payments_by_file(
    caller: MayManage, file: UploadFile, session: SessionDep, _key: KeyRequired
) -> ConfirmationOut:
    """The bank file back with its last four columns filled in; rows without a result are skipped."""
    lines = await asyncio.to_thread(read_bank_file, await file.read())
    return await confirm_lines(session, lines, caller)
