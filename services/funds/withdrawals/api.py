"""Budget taken back, over HTTP: what was typed wrongly, and what is left when the year ends."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.chart import Line
from services.funds.periods.states import Status
from services.funds.programmes.api import Fund, FundKey, Year, YearKey
from services.funds.withdrawals import service
from services.funds.withdrawals.models import BudgetWithdrawal
from services.funds.withdrawals.queries import withdrawals_of
from services.funds.withdrawals.schemas import (
    BudgetWithdrawalId,
    WithdrawalDecisionIn,
    WithdrawalIn,
    WithdrawalOut,
)

routes = router(prefix="/v1/funds", tags=["budgets"])
MayManage = Annotated[Caller, may("budgets:manage")]
MayRead = Annotated[Caller, may("books:read")]


@routes.post("/budgets/{fund}/{policy_year}/withdrawals", status_code=201)
async def propose_budget_withdrawal(
    caller: MayManage, fund: FundKey, policy_year: YearKey, body: WithdrawalIn, session: SessionDep, _key: KeyRequired
) -> WithdrawalOut:
    """Propose to take back what nobody used: an allotment goes back to the appropriation, that to where it came from.

    Another person decides; granted again in the next year, it is carried over.
    """
    row = await service.propose_withdrawal(
        session,
        line=Line(fund, policy_year, body.payer_level),
        stage=body.stage,
        amount_fen=body.amount_fen,
        document=body.document,
        reason=body.reason,
        caller=caller,
        at=clock.now(caller.city),
    )
    return WithdrawalOut.model_validate(row)


@routes.post("/budget-withdrawals/{withdrawal_id}/decision")
async def decide_budget_withdrawal(
    caller: MayManage,
    withdrawal_id: BudgetWithdrawalId,
    body: WithdrawalDecisionIn,
    session: SessionDep,
    _key: KeyRequired,
) -> WithdrawalOut:
    """Approve, as another person than proposed it, and it is booked; or decline."""
    row = await service.decide_withdrawal(
        session, withdrawal_id=withdrawal_id, is_approved=body.approve, caller=caller, at=clock.now(caller.city)
    )
    return WithdrawalOut.model_validate(row)


@routes.get("/budget-withdrawals")
async def list_budget_withdrawals(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    fund: Fund = None,
    policy_year: Year = None,
    status: Status | None = None,
) -> Page[WithdrawalOut]:
    """What was proposed to be taken back, and what became of it."""
    wanted = withdrawals_of(caller.city, fund=fund, policy_year=policy_year, status=status)
    rows, cursor = await page_of(session, wanted, page, (BudgetWithdrawal.recorded_at, BudgetWithdrawal.id))
    return Page(items=[WithdrawalOut.model_validate(row) for row in rows], next_cursor=cursor)
