"""Money that comes in for a debt: entered by one person, booked when another one agrees."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import Conflict, Refusal, named_constraint
from services.funds.approvals.service import approve
from services.funds.clawback.collecting import collect, must_fit, owed, part_of
from services.funds.clawback.models import Clawback, ClawbackReceipt
from services.funds.clawback.postings import clawback_received
from services.funds.clawback.queries import banks_entered, get_clawback, get_receipt, received_under
from services.funds.clawback.service import debt_of
from services.funds.clawback.states import Kind
from services.funds.payments.models import PaymentOrder
from services.funds.payments.queries import advice_by_reference, hold_references
from services.funds.payments.rules import same_bank
from services.funds.statements.models import StatementLine
from services.funds.statements.queries import bank_of_line, get_line

RECEIVED = "clawback_received"


class ReceiptTaken(Conflict):
    code, title_zh, title_en = "receipt_taken", "该银行流水号已登记收款", "The bank reference was entered before"


class ReferenceOfPayment(Conflict):
    """The bank used the reference for a payment of ours, as when one came back: that money is booked already."""

    code, title_zh, title_en = (
        "reference_of_payment",
        "该银行流水号属于支付指令的入账或退款,不得另登记收款",
        "The bank reference is of a payment or its return: the money is booked already",
    )


class ReceiptEnded(Conflict):
    code, title_zh, title_en = "receipt_ended", "该收款登记已确认或已退回", "It was confirmed or declined before"


class NotAReceipt(Refusal):
    code, title_zh, title_en = (
        "not_a_receipt",
        "对账单明细不是待说明的收款",
        "The line is no money in that waits to be explained",
    )


named_constraint("uq_clawback_receipt", ReceiptTaken)
named_constraint("uq_clawback_receipt_entered", ReceiptTaken)


async def enter_receipt(
    session: AsyncSession,
    *,
    clawback_id: UUID,
    amount_fen: int,
    on: date,
    bank_reference: str,
    caller: Caller,
    at: datetime,
    line_id: UUID | None = None,
    bank_code: str = "",
) -> ClawbackReceipt:
    """One person says that some of it is in: nothing is booked yet. By hand, nobody says which bank's reference it is.

    Raises NotOwed, ReceiptTaken, ReferenceOfPayment, Refusal.
    """
    await hold_references(session, caller.city)  # of another debt somebody may enter the same at this moment
    row = await owed(session, clawback_id, caller)
    must_fit(row, amount_fen, on)
    await _must_be_new(session, row.city_code, bank_reference, bank_code)
    if any(same_bank(one, bank_code) for one in await banks_entered(session, row.city_code, bank_reference)):
        raise ReceiptTaken
    receipt = ClawbackReceipt(
        id=new_id(),
        city_code=row.city_code,
        clawback_id=row.id,
        amount_fen=amount_fen,
        on=on,
        bank_code=bank_code,
        bank_reference=bank_reference,
        statement_line_id=line_id,
        entered_by=caller.acting_for,
        entered_at=at,
    )
    session.add(receipt)
    await session.flush()
    return receipt


async def _must_be_new(session: AsyncSession, city_code: str, bank_reference: str, bank_code: str) -> None:
    told = await advice_by_reference(session, city_code, [bank_reference])
    if any(same_bank(one.bank_code, bank_code) for one in told.get(bank_reference, ())):
        raise ReferenceOfPayment
    booked = await received_under(session, city_code, [bank_reference])
    if any(same_bank(code, bank_code) for code in booked.get(bank_reference, ())):
        raise ReceiptTaken


async def enter_statement_line(
    session: AsyncSession, *, clawback_id: UUID, line_id: UUID, caller: Caller, at: datetime
) -> ClawbackReceipt:
    """A line of the bank's statement is this debt being paid, says one person. Raises NotAReceipt."""
    await hold_references(session, caller.city)
    await owed(session, clawback_id, caller)  # locked before the line, as when it is confirmed
    line = await _open_line(session, line_id, caller)
    return await enter_receipt(
        session,
        clawback_id=clawback_id,
        amount_fen=line.signed_fen,
        on=line.booked_on,
        bank_reference=line.bank_reference,
        caller=caller,
        at=at,
        line_id=line.id,
        bank_code=await bank_of_line(session, line),
    )


async def _open_line(session: AsyncSession, line_id: UUID, caller: Caller) -> StatementLine:
    line = await get_line(session, line_id, caller.city)
    if line.matched or line.accepted_by is not None or line.signed_fen <= 0:
        raise NotAReceipt
    return line


async def confirm_receipt(
    session: AsyncSession, *, clawback_id: UUID, receipt_id: UUID, caller: Caller, at: datetime
) -> Clawback:
    """Another person agrees: it is booked, and a line of a statement explains itself from now on.

    Raises NotOwed, NotFound, ReceiptEnded, NotAReceipt, ReferenceOfPayment, ReceiptTaken, and Refusal when less is owed
    by now or for the first person.
    """
    await hold_references(session, caller.city)
    row = await owed(session, clawback_id, caller)
    receipt = await _waiting(session, row, receipt_id)
    must_fit(row, receipt.amount_fen, receipt.on)
    await _must_be_new(session, row.city_code, receipt.bank_reference, receipt.bank_code)
    if receipt.statement_line_id is not None:
        line = await _open_line(session, receipt.statement_line_id, caller)
        line.matched, line.outcome = True, RECEIVED
    approval = await approve(
        session,
        city_code=row.city_code,
        subject_kind="clawback_receipt",
        subject_id=receipt.id,
        case_id=row.case_id,
        step="confirmation",
        approver=caller.acting_for,
        prepared_by=receipt.entered_by,
        decided_by=None,
        at=at,
    )
    receipt.confirmed_by, receipt.ended_at = caller.acting_for, at
    order = await session.get_one(PaymentOrder, row.order_id)
    part = part_of(row, Kind.RECEIVED, receipt.amount_fen, receipt.on, caller, at)
    part.bank_code, part.bank_reference = receipt.bank_code, receipt.bank_reference
    entry = clawback_received(debt_of(row, order, [approval.id]), receipt.amount_fen, on=receipt.on)
    await collect(session, row, part, entry)
    return row


async def decline_receipt(
    session: AsyncSession, *, clawback_id: UUID, receipt_id: UUID, caller: Caller, at: datetime
) -> ClawbackReceipt:
    """It is not so, or was mistyped: the bank's reference can be entered again. Raises NotFound, ReceiptEnded."""
    row = await get_clawback(session, clawback_id, caller, lock=True)
    receipt = await _waiting(session, row, receipt_id)
    receipt.declined_by, receipt.ended_at = caller.acting_for, at
    await session.flush()
    return receipt


async def _waiting(session: AsyncSession, row: Clawback, receipt_id: UUID) -> ClawbackReceipt:
    receipt = await get_receipt(session, row.id, receipt_id)
    if receipt.ended_at is not None:
        raise ReceiptEnded
    return receipt
