"""Paying providers: a statement confirmed at the vouchers service becomes a payment order, by a third person.

The redemptions were encumbered and owed when they were booked, so an order of theirs posts nothing when it is made.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_settlements import VoucherSettlementAnnulled, VoucherSettlementPaid, VoucherSettlementReturned
from contracts.vouchers import SettlementConfirmed
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import NotFound, refuse_if
from policy.schema import Programme
from policy.store import policy_for
from services.funds.approvals.service import approve
from services.funds.chart import Line
from services.funds.clawback.queries import owed_back
from services.funds.payments.payees import Gathering, Payee, verified_payee
from services.funds.payments.queries import get_order
from services.funds.payments.service import Grant, drop_order, prepare_order
from services.funds.payments.subjects import Subject, Word, move_each, register
from services.funds.tranches.models import Tranche
from services.funds.tranches.queries import line_of
from services.funds.voucher_settlements.models import VoucherSettlement, VoucherSettlementLine
from services.funds.voucher_settlements.queries import get_settlement, redeemed_side, reversed_side, set_aside
from services.funds.voucher_settlements.rules import Owed, Side, must_agree, ordering_findings
from services.funds.voucher_settlements.states import MOVES, Fact

SUBJECT_KIND = "voucher_settlement"


async def on_settlement_confirmed(session: AsyncSession, event: Received[SettlementConfirmed]) -> None:
    """Keep it once, when every document it lists is booked here with the very sums. Raises StatementDisagrees."""
    told, city_code = event.data, event.city_code
    tranche = await session.get(Tranche, told.tranche_id)
    if tranche is None or tranche.city_code != city_code:
        raise NotFound
    if await session.get(VoucherSettlement, told.settlement_id) is not None:
        return
    await _check(session, told, city_code)
    session.add(
        VoucherSettlement(
            id=told.settlement_id,
            city_code=city_code,
            tranche_id=tranche.id,
            programme=tranche.programme,
            provider_id=told.organisation_id,
            redeemed_fen=told.redeemed_fen,
            reversed_fen=told.reversed_fen,
            total_fen=told.total_fen,
            provider_name=told.provider_name,
            worked_on_by=told.worked_on_by,
        )
    )
    await session.flush()
    lines = [{"redemption_id": one} for one in told.redemption_ids] + [{"reversal_id": one} for one in told.finding_ids]
    session.add_all(VoucherSettlementLine(id=new_id(), settlement_id=told.settlement_id, **line) for line in lines)
    await session.flush()


async def _check(session: AsyncSession, told: SettlementConfirmed, city_code: str) -> None:
    whose = Owed(city_code, told.tranche_id, told.organisation_id)
    redeemed = await redeemed_side(session, told.redemption_ids, whose)
    must_agree(told=Side(len(told.redemption_ids), told.redeemed_fen), booked=redeemed, what="redeemed")
    reversed_ = await reversed_side(session, told.finding_ids, whose)
    must_agree(told=Side(len(told.finding_ids), told.reversed_fen), booked=reversed_, what="reversed")


async def gather_payee(gathering: Gathering, *, settlement_id: UUID, caller: Caller) -> Payee:
    """The provider's account, asked before the transaction."""
    async with gathering.sessions() as session:
        row = await get_settlement(session, settlement_id, caller)
    return await verified_payee(gathering.registry, row.provider_id, city_code=row.city_code)


async def order_payment(
    session: AsyncSession, *, settlement_id: UUID, payee: Payee, if_match: str, caller: Caller, at: datetime
) -> VoucherSettlement:
    """Prepare the order of a statement, as nobody who worked on it; another person releases it to the bank."""
    row = await get_settlement(session, settlement_id, caller, lock=True)
    must_match(if_match, row.version, as_read=True)
    row.status = status_after(Fact.ORDERED, row.status, MOVES)
    refuse_if(ordering_findings(orderer=caller.acting_for, worked_on_by=row.worked_on_by))
    tranche = await session.get_one(Tranche, row.tranche_id)
    policy = await policy_for(session, row.city_code, set_aside(tranche))
    row.payment_order_id, row.policy_hash, row.ordered_by = new_id(), policy.published.hash, caller.acting_for
    approval = await approve(
        session,
        city_code=row.city_code,
        subject_kind=SUBJECT_KIND,
        subject_id=row.id,
        case_id=None,
        step="payment",
        approver=caller.acting_for,
        prepared_by=row.worked_on_by[0],
        decided_by=None,
        at=at,
    )
    grant = _grant(row, line_of(tranche), policy.pack.programmes[row.programme], approval.id)
    order_id = row.payment_order_id
    await prepare_order(session, city_code=row.city_code, grant=grant, payee=payee, at=at, order_id=order_id)
    await session.flush()
    return row


async def annul(
    session: AsyncSession, *, settlement_id: UUID, reason: str, if_match: str, caller: Caller
) -> VoucherSettlement:
    """Pay nothing for a statement whose order has not left for the bank: its redemptions may be found wrong again.

    Encumbrance and debt stand as they were booked with each redemption. Raises IllegalMove, OffsetStands.
    """
    seen = await get_settlement(session, settlement_id, caller)
    if seen.payment_order_id is not None:  # before the statement, as the bank's word locks them
        await get_order(session, seen.payment_order_id, caller, for_update=True)
    row = await get_settlement(session, settlement_id, caller, lock=True)
    must_match(if_match, row.version, as_read=True)
    row.status = status_after(Fact.ANNULLED, row.status, MOVES)
    if row.payment_order_id is not None:
        drop_order(await get_order(session, row.payment_order_id, caller, for_update=True))
    row.annulled_by, row.annulled_reason = caller.acting_for, reason
    lines = update(VoucherSettlementLine).where(VoucherSettlementLine.settlement_id == row.id)
    await session.execute(lines.values(annulled=True))
    fact = VoucherSettlementAnnulled(settlement_id=row.id, organisation_id=row.provider_id, reason=reason)
    await record(session, fact, city_code=row.city_code, subject=row.id)
    await session.flush()
    return row


def _grant(row: VoucherSettlement, line: Line, programme: Programme, approval_id: UUID) -> Grant:
    return Grant(
        subject_kind=SUBJECT_KIND,
        subject_id=row.id,
        programme=row.programme,
        line=line,
        amount_fen=row.total_fen,
        purpose=programme.zh,
        clauses=programme.clauses,
        determination_id=None,
        case_id=None,
        prepared_by=row.ordered_by or "",
        approvals=[approval_id],
    )


async def settlements_moved(session: AsyncSession, words: Sequence[Word]) -> None:
    """Reaction of payments: the provider has the money, or owed the city as much.

    Or the money came back, the statement stands.
    """
    await move_each(session, VoucherSettlement, words, _move)


def _move(row: VoucherSettlement, word: Word) -> VoucherSettlementPaid | VoucherSettlementReturned:
    row.status = status_after(Fact.PAID if word.is_paid else Fact.RETURNED, row.status, MOVES)
    if not word.is_paid:
        return VoucherSettlementReturned(
            settlement_id=row.id, organisation_id=row.provider_id, payment_order_id=word.order.id
        )
    return VoucherSettlementPaid(
        settlement_id=row.id,
        organisation_id=row.provider_id,
        payment_order_id=word.order.id,
        amount_fen=word.order.amount_fen,
        settled_on=word.on,
    )


register(SUBJECT_KIND, Subject("stm", moved=settlements_moved, recovered=owed_back, demandable=True))
