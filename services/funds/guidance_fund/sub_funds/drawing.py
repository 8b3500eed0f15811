"""A drawdown: asked for by the manager, called by finance from all pro rata, the city's share paid by an order."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundCalled, SubFundPaidIn
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.store import load_determination
from services.funds.approvals.service import approve
from services.funds.guidance_fund import postings
from services.funds.guidance_fund.journal import post_fact
from services.funds.guidance_fund.promises import promise_findings
from services.funds.guidance_fund.returns.queries import is_leaving
from services.funds.guidance_fund.sub_funds.models import Commitment, Drawdown, DrawdownShare, SubFund
from services.funds.guidance_fund.sub_funds.queries import (
    asked_fen,
    cites,
    commitments_of,
    first_paid,
    funds_of_shares,
    get_drawdown,
    get_sub_fund,
    shares_of,
    vehicle_of,
)
from services.funds.guidance_fund.sub_funds.rules import (
    day_findings,
    drawdown_findings,
    payment_findings,
    shares,
)
from services.funds.guidance_fund.sub_funds.schemas import DrawdownIn
from services.funds.guidance_fund.sub_funds.states import (
    DRAWDOWN_MOVES,
    SHARE_MOVES,
    DrawdownFact,
    DrawdownStatus,
    ShareFact,
    ShareStatus,
    Status,
)
from services.funds.payments.payees import Gathering, Payee, verified_payee
from services.funds.payments.postings import Booking
from services.funds.payments.service import Grant, commit_payment
from services.funds.payments.subjects import Word
from services.funds.programmes.spending import within_budget
from services.funds.rows import held, write_together

SHARE = "drawdown_share"


class DrawdownAskedBefore(Conflict):
    code, title_zh, title_en = "drawdown_asked_before", "该缴款编号已提出", "This reference was asked for before"


class SubFundOver(Conflict):
    code, title_zh, title_en = (
        "sub_fund_over",
        "财政出资已退出或子基金已清算",
        "Public money has left, or it is wound up",
    )


class StakeExitDeclared(Conflict):
    """The stake is being sold as it stands; the sale goes through or is withdrawn first."""

    code, title_zh, title_en = (
        "stake_exit_declared",
        "财政出资正在退出,到账或撤回之前不得变动",
        "The city's stake is being sold: nothing changes it before the price arrives or the sale is withdrawn",
    )


named_constraint("uq_sub_fund_drawdown_sub_fund_id_reference", DrawdownAskedBefore)


def must_be_active(row: SubFund) -> None:
    """Raise SubFundOver when nothing happens in it any more."""
    if row.status is not Status.ACTIVE:
        raise SubFundOver


async def must_not_be_leaving(session: AsyncSession, row: SubFund) -> None:
    """Raise SubFundOver, or StakeExitDeclared while the city's stake is being sold. `row` is locked."""
    must_be_active(row)
    if await is_leaving(session, row.id):
        raise StakeExitDeclared


async def ask_drawdown(
    session: AsyncSession, *, sub_fund_id: UUID, given: DrawdownIn, caller: Caller, at: datetime
) -> Drawdown:
    """The manager asks all investors for money. Raises Refusal above what is left of the commitments."""
    row = await get_sub_fund(session, sub_fund_id, caller, lock=True)
    await must_not_be_leaving(session, row)
    uncalled = sum(one.uncalled_fen for one in await commitments_of(session, row.id))
    earlier = await asked_fen(session, row.id)
    refuse_if(
        [
            *drawdown_findings(amount_fen=given.amount_fen, uncalled_fen=uncalled, asked_fen=earlier),
            *promise_findings({"purpose": given.purpose}),
        ]
    )
    drawdown = Drawdown(
        id=new_id(),
        city_code=row.city_code,
        sub_fund_id=row.id,
        asked_by=caller.acting_for,
        asked_at=at,
        status=DrawdownStatus.ASKED,
        **given.model_dump(),
    )
    session.add(drawdown)
    await session.flush()
    return drawdown


async def withdraw_drawdown(session: AsyncSession, *, drawdown_id: UUID, caller: Caller) -> Drawdown:
    """What is not called yet is taken back."""
    drawdown, _row = await get_drawdown(session, drawdown_id, caller, lock=True)
    drawdown.status = status_after(DrawdownFact.WITHDRAWN, drawdown.status, DRAWDOWN_MOVES)
    await session.flush()
    return drawdown


async def call_drawdown(session: AsyncSession, *, drawdown_id: UUID, caller: Caller, at: datetime) -> Drawdown:
    """Finance calls it: each investor's share is fixed to the fen and owed. Raises Refusal for a first person."""
    drawdown, row = await get_drawdown(session, drawdown_id, caller, lock=True)
    await must_not_be_leaving(session, row)
    drawdown.status = status_after(DrawdownFact.CALLED, drawdown.status, DRAWDOWN_MOVES)
    approval = await approve(
        session,
        city_code=row.city_code,
        subject_kind="drawdown",
        subject_id=drawdown.id,
        case_id=None,
        step="call",
        approver=caller.acting_for,
        prepared_by=drawdown.asked_by,
        decided_by=None,
        at=at,
    )
    drawdown.called_by, drawdown.called_at = caller.acting_for, at
    investors = await commitments_of(session, row.id)
    parts = shares(drawdown.amount_fen, [one.uncalled_fen for one in investors])
    owed = {one: part for one, part in zip(investors, parts, strict=True) if part}
    for one, part in owed.items():
        one.called_fen += part
        session.add(_share(drawdown, one, part))
    await session.flush()
    told = SubFundCalled(
        sub_fund_id=row.id, drawdown_id=drawdown.id, manager_id=row.manager_id, amount_fen=drawdown.amount_fen
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    entry = postings.called(
        vehicle_of(row),
        {one.number: part for one, part in owed.items()},
        cites=cites(row, drawdown.id, [approval.id]),
        on=on_date(at),
    )
    await post_fact(session, row, entry, caller, of=drawdown.id)
    return drawdown


def _share(drawdown: Drawdown, commitment: Commitment, amount_fen: int) -> DrawdownShare:
    return DrawdownShare(
        id=new_id(),
        city_code=drawdown.city_code,
        drawdown_id=drawdown.id,
        commitment_id=commitment.id,
        number=commitment.number,
        amount_fen=amount_fen,
        status=ShareStatus.CALLED,
    )


async def gather_vehicle(gathering: Gathering, *, drawdown_id: UUID, caller: Caller) -> Payee:
    """The sub-fund's account as the registry has it now, asked before the transaction."""
    async with gathering.sessions() as session:
        _drawdown, row = await get_drawdown(session, drawdown_id, caller)
    return await verified_payee(gathering.registry, row.organisation_id, city_code=row.city_code)


async def order_public_share(
    session: AsyncSession, *, drawdown_id: UUID, payee: Payee, caller: Caller, at: datetime
) -> Drawdown:
    """Prepare the payment of the city's share, once. Raises Refusal while others' shares are out, where so agreed."""
    drawdown, row = await get_drawdown(session, drawdown_id, caller, lock=True)
    await must_not_be_leaving(session, row)
    investors = {one.id: one for one in await commitments_of(session, row.id)}
    owed = (await shares_of(session, [drawdown.id]))[drawdown.id]
    share = next((one for one in owed if investors[one.commitment_id].is_citys), None)
    if share is None:
        raise NotFound
    share.status = status_after(ShareFact.ORDERED, share.status, SHARE_MOVES)
    refuse_if(
        payment_findings(first=bool(row.terms["social_capital_first"]), outstanding_fen=_outstanding(owed, share))
    )
    approval = await approve(
        session,
        city_code=row.city_code,
        subject_kind=SHARE,
        subject_id=share.id,
        case_id=None,
        step="payment",
        approver=caller.acting_for,
        prepared_by=drawdown.asked_by,
        decided_by=None,
        at=at,
    )
    share.payment_order_id = new_id()
    await session.flush()
    grant = await _grant(session, row, share, caller, approval.id)
    async with within_budget(session, grant.line, city_code=row.city_code):
        await commit_payment(
            session, city_code=row.city_code, grant=grant, payee=payee, at=at, order_id=share.payment_order_id,
            entry_id=new_id(),
        )  # fmt: skip
    return drawdown


def _outstanding(owed: Sequence[DrawdownShare], share: DrawdownShare) -> int:
    return sum(one.amount_fen for one in owed if one is not share and one.status is not ShareStatus.RECEIVED)


async def _grant(session: AsyncSession, row: SubFund, share: DrawdownShare, caller: Caller, approval_id: UUID) -> Grant:
    vehicle, determination = vehicle_of(row), await load_determination(session, row.city_code, row.determination_id)
    return Grant(
        subject_kind=SHARE,
        subject_id=share.id,
        programme=row.programme,
        line=vehicle.line,
        amount_fen=share.amount_fen,
        purpose=f"参股出资 {row.name}"[:200],
        clauses=list(dict.fromkeys(clause for step in determination.ruling.trace for clause in step.clauses)),
        determination_id=row.determination_id,
        case_id=None,
        prepared_by=caller.acting_for,
        approvals=[approval_id],
        booking=Booking(pledged=vehicle.pledged, charged=vehicle.stake),
    )


async def receive_share(
    session: AsyncSession, *, drawdown_id: UUID, commitment_id: UUID, received_on: date, caller: Caller, at: datetime
) -> Drawdown:
    """The manager confirms that a share is on the account in custody; the city's only after the bank has paid it."""
    drawdown, row = await get_drawdown(session, drawdown_id, caller, lock=True)
    owed = (await shares_of(session, [drawdown.id]))[drawdown.id]
    share = next((one for one in owed if one.commitment_id == commitment_id), None)
    if share is None or drawdown.called_at is None:
        raise NotFound
    # The bank may be bringing it back at this moment.
    await session.refresh(share, with_for_update=True)
    commitment = await session.get_one(Commitment, commitment_id)
    fact = ShareFact.PUBLIC_RECEIVED if commitment.is_citys else ShareFact.RECEIVED
    status = status_after(fact, share.status, SHARE_MOVES)
    earliest = share.settled_on or on_date(drawdown.called_at)
    refuse_if(day_findings(on=received_on, not_before=earliest, today=on_date(at), field="received_on"))
    share.status, share.received_on = status, received_on
    commitment.paid_fen += share.amount_fen
    if all(one.status is ShareStatus.RECEIVED for one in owed):
        drawdown.status = status_after(DrawdownFact.PAID_IN, drawdown.status, DRAWDOWN_MOVES)
        told = SubFundPaidIn(
            sub_fund_id=row.id, drawdown_id=drawdown.id, manager_id=row.manager_id, amount_fen=drawdown.amount_fen
        )
        await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()
    entry = postings.paid_in(
        vehicle_of(row), share.number, share.amount_fen, cites=cites(row, drawdown.id), on=received_on
    )
    await post_fact(session, row, entry, caller, of=share.id)
    return drawdown


async def shares_moved(session: AsyncSession, words: Sequence[Word]) -> None:
    """The bank has paid the city's share: the years of concession count from the first such day.

    Or the money came back before it reached the sub-fund: the order waits to be released again, and that day is none.
    """
    paid = [word.order.subject_id for word in words]
    funds = await held(session, SubFund, await funds_of_shares(session, paid))  # first, as when a share is received
    shares = await held(session, DrawdownShare, paid)
    for word in words:
        share, fact = shares[word.order.subject_id], ShareFact.SETTLED if word.is_paid else ShareFact.RETURNED
        share.status, share.settled_on = status_after(fact, share.status, SHARE_MOVES), None
        if word.is_paid:
            share.settled_on = word.on
    await write_together(session, shares.values())
    paid_since = await first_paid(session, set(funds))
    for row in funds.values():
        row.first_paid_on = paid_since[row.id]
