"""A called drawdown that does not come in whole: finance closes it, and what never came can be called again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_guidance import SubFundCallLapsed
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict
from services.funds.approvals.service import approve
from services.funds.guidance_fund import postings
from services.funds.guidance_fund.journal import post_fact
from services.funds.guidance_fund.sub_funds.drawing import must_be_active
from services.funds.guidance_fund.sub_funds.models import Drawdown, DrawdownShare
from services.funds.guidance_fund.sub_funds.queries import (
    cites,
    commitments_of,
    get_drawdown,
    shares_of,
    vehicle_of,
)
from services.funds.guidance_fund.sub_funds.states import (
    DRAWDOWN_MOVES,
    SHARE_MOVES,
    DrawdownFact,
    ShareFact,
    ShareStatus,
)


class DrawdownNotDue(Conflict):
    """`due_on` is the last day to pay in time."""

    code, title_zh, title_en = "drawdown_not_due", "缴款期限未过", "The day it is due is not over"


async def close_drawdown(session: AsyncSession, *, drawdown_id: UUID, caller: Caller, at: datetime) -> Drawdown:
    """By another person than called it. While the city's share is ordered or on its way it is waited for.

    Raises NotFound, SubFundOver, IllegalMove, DrawdownNotDue, Refusal for a first person.
    """
    drawdown, row = await get_drawdown(session, drawdown_id, caller, lock=True)
    must_be_active(row)
    owed = (await shares_of(session, [drawdown.id]))[drawdown.id]
    lapsed = [share for share in owed if share.status is not ShareStatus.RECEIVED]
    fact = DrawdownFact.CLOSED_SHORT if len(lapsed) < len(owed) else DrawdownFact.LAPSED
    drawdown.status = status_after(fact, drawdown.status, DRAWDOWN_MOVES)
    if on_date(at) <= drawdown.due_on:
        raise DrawdownNotDue(due_on=drawdown.due_on.isoformat())
    approval = await approve(
        session,
        city_code=row.city_code,
        subject_kind="drawdown",
        subject_id=drawdown.id,
        case_id=None,
        step="closing",
        approver=caller.acting_for,
        prepared_by=drawdown.called_by or "",
        decided_by=None,
        at=at,
    )
    await _let_lapse(session, lapsed, drawdown)
    fen = sum(share.amount_fen for share in lapsed)
    told = SubFundCallLapsed(sub_fund_id=row.id, drawdown_id=drawdown.id, manager_id=row.manager_id, amount_fen=fen)
    await record(session, told, city_code=row.city_code, subject=row.id)
    entry = postings.call_lapsed(
        vehicle_of(row),
        {share.number: share.amount_fen for share in lapsed},
        cites=cites(row, drawdown.id, [approval.id]),
        on=on_date(at),
    )
    await post_fact(session, row, entry, caller, of=drawdown.id)
    return drawdown


async def _let_lapse(session: AsyncSession, lapsed: Sequence[DrawdownShare], drawdown: Drawdown) -> None:
    investors = {one.id: one for one in await commitments_of(session, drawdown.sub_fund_id)}
    for share in lapsed:
        share.status = status_after(ShareFact.LAPSED, share.status, SHARE_MOVES)
        investors[share.commitment_id].called_fen -= share.amount_fen
    await session.flush()
