"""Routes of a sub-fund's investments, exits and fees."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.guidance_fund.ids import InvestmentId, SubFundId
from services.funds.guidance_fund.investing import queries, service
from services.funds.guidance_fund.investing.models import SubFundExit, SubFundInvestment
from services.funds.guidance_fund.investing.schemas import (
    ExitIn,
    ExitOut,
    FeeIn,
    FeeOut,
    InvestmentIn,
    InvestmentOut,
)
from services.funds.guidance_fund.sub_funds.queries import get_sub_fund
from services.funds.payments.payees import GatheringDep

MayRead = Annotated[Caller, may("sub-funds:read")]
MayReport = Annotated[Caller, may("sub-funds:report")]

routes = router(prefix="/v1/funds/guidance-fund", tags=["guidance fund"])


@routes.post("/sub-funds/{sub_fund_id}/investments", status_code=201)
async def enter_sub_fund_investment(
    caller: MayReport,
    sub_fund_id: SubFundId,
    body: InvestmentIn,
    gathering: GatheringDep,
    work: WorkDep,
    _key: KeyRequired,
) -> InvestmentOut:
    """A deal, once under the manager's reference, out of what was paid in. The State's negative list is a hard stop."""
    firm = await service.gather_firm(gathering, given=body, caller=caller)
    session = await work.open()
    row = await service.enter_investment(
        session, sub_fund_id=sub_fund_id, given=body, firm=firm, caller=caller, at=clock.now(caller.city)
    )
    return InvestmentOut.model_validate(row)


@routes.get("/sub-funds/{sub_fund_id}/investments")
async def list_sub_fund_investments(
    caller: MayRead, sub_fund_id: SubFundId, session: SessionDep, page: PageDep
) -> Page[InvestmentOut]:
    """Investments of a sub-fund with what is still held and its last value."""
    sub_fund = await get_sub_fund(session, sub_fund_id, caller)
    wanted = queries.investments_of(sub_fund.id)
    rows, cursor = await page_of(session, wanted, page, (SubFundInvestment.recorded_at, SubFundInvestment.id))
    return Page(items=[InvestmentOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/investments/{investment_id}/exits", status_code=201)
async def enter_sub_fund_exit(
    caller: MayReport, investment_id: InvestmentId, body: ExitIn, session: SessionDep, _key: KeyRequired
) -> ExitOut:
    """A holding, or a part of it, was sold, bought back, liquidated or written off: never more than is held."""
    row = await service.enter_exit(
        session, investment_id=investment_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return ExitOut.model_validate(row)


@routes.get("/investments/{investment_id}/exits")
async def list_sub_fund_exits(
    caller: MayRead, investment_id: InvestmentId, session: SessionDep, page: PageDep
) -> Page[ExitOut]:
    """Exits of an investment."""
    investment, _sub_fund = await queries.get_investment(session, investment_id, caller)
    wanted = queries.exits_of(investment.id)
    rows, cursor = await page_of(session, wanted, page, (SubFundExit.recorded_at, SubFundExit.id))
    return Page(items=[ExitOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/sub-funds/{sub_fund_id}/fees", status_code=201)
async def charge_management_fee(
    caller: MayReport, sub_fund_id: SubFundId, body: FeeIn, session: SessionDep, _key: KeyRequired
) -> FeeOut:
    """The manager's fee, within the agreed share of the paid-in capital a year."""
    row = await service.charge_fee(
        session, sub_fund_id=sub_fund_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return FeeOut.model_validate(row)
