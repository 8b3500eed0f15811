"""Money demanded back, over HTTP: officers find and tell, payees answer, another person decides, finance collects."""

from typing import Annotated

from fastapi import Response

from contracts.asking import may_own
from kernel import clock
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.clawback import collecting, receiving, service
from services.funds.clawback.models import Clawback
from services.funds.clawback.queries import clawbacks_of, get_clawback, parts_of, plan_of, receipts_of
from services.funds.clawback.schemas import (
    ClawbackOut,
    ClawbackWholeOut,
    DecisionIn,
    FindingIn,
    ObjectionIn,
    OffsetIn,
    PlanIn,
    ReceiptIn,
    ReceiptOut,
    WriteOffIn,
)
from services.funds.clawback.states import Status
from services.funds.ids import ClawbackId, ClawbackReceiptId, OrganisationId, PaymentOrderId
from services.funds.payments.payees import GatheringDep

routes = router(prefix="/v1/funds/clawbacks", tags=["clawbacks"])
MayRead = Annotated[Caller, may_own("clawbacks:read")]
MayFind = Annotated[Caller, may("clawbacks:find")]
MayObject = Annotated[Caller, may_own("clawbacks:object")]
MayDecide = Annotated[Caller, may("clawbacks:decide")]
MayCollect = Annotated[Caller, may("clawbacks:collect")]


@routes.get("")
async def list_clawbacks(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    payee_id: OrganisationId | None = None,
    payment_order_id: PaymentOrderId | None = None,
) -> Page[ClawbackOut]:
    """Money demanded back in the city; a payee sees its own from the notice on."""
    wanted = clawbacks_of(caller, status=status, payee_id=payee_id, order_id=payment_order_id)
    rows, cursor = await page_of(session, wanted, page, (Clawback.recorded_at, Clawback.id))
    return Page(items=[ClawbackOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/{clawback_id}")
async def read_clawback(
    caller: MayRead, clawback_id: ClawbackId, session: SessionDep, response: Response
) -> ClawbackWholeOut:
    """One of them, with its plan and with what came of it."""
    row = await get_clawback(session, clawback_id, caller)
    mark(response, row.version)
    plan, receipts = await plan_of(session, row.id), await receipts_of(session, row.id)
    return ClawbackWholeOut.whole(row, plan, receipts, await parts_of(session, row.id))


@routes.post("", status_code=201)
async def find_clawback(caller: MayFind, body: FindingIn, session: SessionDep, _key: KeyRequired) -> ClawbackOut:
    """Find that some of a payment has to come back: never more than was paid and not demanded back before."""
    at, finding = clock.now(caller.city), body.finding()
    return ClawbackOut.of(
        await service.find_clawback(session, order_id=body.payment_order_id, finding=finding, caller=caller, at=at)
    )


@routes.post("/{clawback_id}/notice")
async def notify_payee(caller: MayFind, clawback_id: ClawbackId, session: SessionDep, _key: KeyRequired) -> ClawbackOut:
    """Tell the payee, who may object for the working days the policy gives."""
    at = clock.now(caller.city)
    return ClawbackOut.of(await service.notify_payee(session, clawback_id=clawback_id, caller=caller, at=at))


@routes.post("/{clawback_id}/objection")
async def object_to_clawback(
    caller: MayObject, clawback_id: ClawbackId, body: ObjectionIn, session: SessionDep, _key: KeyRequired
) -> ClawbackOut:
    """The payee answers, in time."""
    row = await service.object_to_clawback(
        session, clawback_id=clawback_id, objection=body.objection, caller=caller, at=clock.now(caller.city)
    )
    return ClawbackOut.of(row)


@routes.post("/{clawback_id}/decision")
async def decide_clawback(
    caller: MayDecide, clawback_id: ClawbackId, body: DecisionIn, session: SessionDep, _key: KeyRequired
) -> ClawbackOut:
    """As another person than found it: owed from now on and booked, or dropped."""
    at, opinion = clock.now(caller.city), body.opinion
    if body.amount_fen is None:
        dropped = await service.drop_clawback(session, clawback_id=clawback_id, opinion=opinion, caller=caller, at=at)
        return ClawbackOut.of(dropped)
    row = await service.uphold_clawback(
        session, clawback_id=clawback_id, decided_fen=body.amount_fen, opinion=opinion, caller=caller, at=at
    )
    return ClawbackOut.of(row)


@routes.post("/{clawback_id}/receipts", status_code=201)
async def enter_clawback_receipt(
    caller: MayCollect, clawback_id: ClawbackId, body: ReceiptIn, session: SessionDep, _key: KeyRequired
) -> ReceiptOut:
    """Say that money is in, by a line of a statement or by the bank's reference, each once; another person confirms."""
    at = clock.now(caller.city)
    if body.statement_line_id is not None:
        receipt = await receiving.enter_statement_line(
            session, clawback_id=clawback_id, line_id=body.statement_line_id, caller=caller, at=at
        )
        return ReceiptOut.model_validate(receipt)
    assert body.amount_fen and body.received_on and body.bank_reference  # noqa: PT018, S101 - the schema insists
    receipt = await receiving.enter_receipt(
        session,
        clawback_id=clawback_id,
        amount_fen=body.amount_fen,
        on=body.received_on,
        bank_reference=body.bank_reference,
        caller=caller,
        at=at,
    )
    return ReceiptOut.model_validate(receipt)


@routes.post("/{clawback_id}/receipts/{receipt_id}/confirmation")
async def confirm_clawback_receipt(
    caller: MayCollect, clawback_id: ClawbackId, receipt_id: ClawbackReceiptId, session: SessionDep, _key: KeyRequired
) -> ClawbackOut:
    """Confirm it as another person than entered it: it is booked, and the budget can be used again."""
    at = clock.now(caller.city)
    return ClawbackOut.of(
        await receiving.confirm_receipt(session, clawback_id=clawback_id, receipt_id=receipt_id, caller=caller, at=at)
    )


@routes.post("/{clawback_id}/receipts/{receipt_id}/rejection")
async def decline_clawback_receipt(
    caller: MayCollect, clawback_id: ClawbackId, receipt_id: ClawbackReceiptId, session: SessionDep, _key: KeyRequired
) -> ReceiptOut:
    """Decline what was entered: nothing is booked, and the bank's reference can be entered again."""
    at = clock.now(caller.city)
    receipt = await receiving.decline_receipt(
        session, clawback_id=clawback_id, receipt_id=receipt_id, caller=caller, at=at
    )
    return ReceiptOut.model_validate(receipt)


@routes.post("/{clawback_id}/offsets")
async def set_off_payment(
    caller: MayCollect,
    clawback_id: ClawbackId,
    body: OffsetIn,
    gathering: GatheringDep,
    work: WorkDep,
    _key: KeyRequired,
) -> ClawbackOut:
    """Set a coming payment of the same payee, or of whom it merged into, off against the debt, never above either."""
    order_id = body.payment_order_id
    debtor_id = await collecting.gather_debtor(gathering, clawback_id=clawback_id, order_id=order_id, caller=caller)
    row = await collecting.set_off(
        await work.open(),
        clawback_id=clawback_id,
        order_id=order_id,
        debtor_id=debtor_id,
        amount_fen=body.amount_fen,
        caller=caller,
        at=clock.now(caller.city),
    )
    return ClawbackOut.of(row)


@routes.post("/{clawback_id}/plan")
async def make_repayment_plan(
    caller: MayCollect, clawback_id: ClawbackId, body: PlanIn, session: SessionDep, _key: KeyRequired
) -> ClawbackOut:
    """Propose that it is paid in parts; another person agrees."""
    return ClawbackOut.of(
        await collecting.make_plan(session, clawback_id=clawback_id, parts=body.parts(), caller=caller)
    )


@routes.post("/{clawback_id}/plan/approval")
async def agree_to_repayment_plan(
    caller: MayCollect,
    clawback_id: ClawbackId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyRequired,
) -> ClawbackOut:
    """Agree to the plan that was read, as another person than made it and than decided the debt."""
    at = clock.now(caller.city)
    row = await collecting.agree_to_plan(session, clawback_id=clawback_id, if_match=if_match, caller=caller, at=at)
    mark(response, row.version)
    return ClawbackOut.of(row)


@routes.post("/{clawback_id}/write-off")
async def propose_write_off(
    caller: MayCollect, clawback_id: ClawbackId, body: WriteOffIn, session: SessionDep, _key: KeyRequired
) -> ClawbackOut:
    """Propose to let go what is outstanding; another person approves."""
    return ClawbackOut.of(
        await collecting.propose_write_off(session, clawback_id=clawback_id, reason=body.reason, caller=caller)
    )


@routes.post("/{clawback_id}/write-off/approval")
async def approve_write_off(
    caller: MayDecide,
    clawback_id: ClawbackId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyRequired,
) -> ClawbackOut:
    """Approve what was read, as another person than proposed it and than decided the debt: a loss of the line."""
    at = clock.now(caller.city)
    row = await collecting.write_off(session, clawback_id=clawback_id, if_match=if_match, caller=caller, at=at)
    mark(response, row.version)
    return ClawbackOut.of(row)
