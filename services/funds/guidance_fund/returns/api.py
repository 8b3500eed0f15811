"""Routes of what comes back to the investors and to the city."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from services.funds.guidance_fund.ids import ReturnId, SubFundId
from services.funds.guidance_fund.returns import queries, service
from services.funds.guidance_fund.returns.models import SubFundReturn
from services.funds.guidance_fund.returns.schemas import (
    ArrivalIn,
    DistributionIn,
    EndingIn,
    PartOut,
    ReturnOut,
    StakeExitIn,
)
from services.funds.guidance_fund.sub_funds.queries import get_sub_fund
from services.funds.guidance_fund.sub_funds.schemas import SubFundOut

MayRead = Annotated[Caller, may("sub-funds:read")]
MayReport = Annotated[Caller, may("sub-funds:report")]
MayManage = Annotated[Caller, may("sub-funds:manage")]
MayPay = Annotated[Caller, may("payments:manage")]

routes = router(prefix="/v1/funds/guidance-fund", tags=["guidance fund"])


@routes.post("/sub-funds/{sub_fund_id}/distributions", status_code=201)
async def declare_sub_fund_distribution(
    caller: MayReport, sub_fund_id: SubFundId, body: DistributionIn, session: SessionDep, _key: KeyRequired
) -> ReturnOut:
    """Pay out to all investors: principal first, then gains; of the city's gain a part is given up by the policy."""
    row = await service.declare_distribution(
        session, sub_fund_id=sub_fund_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return _shown(row)


@routes.post("/sub-funds/{sub_fund_id}/stake-exit", status_code=201)
async def declare_stake_exit(
    caller: MayManage, sub_fund_id: SubFundId, body: StakeExitIn, session: SessionDep, _key: KeyRequired
) -> ReturnOut:
    """The city's stake is sold at its value, less what of a gain is given up within the policy's years."""
    row = await service.declare_stake_exit(
        session, sub_fund_id=sub_fund_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return _shown(row)


@routes.get("/sub-funds/{sub_fund_id}/returns")
async def list_sub_fund_returns(
    caller: MayRead, sub_fund_id: SubFundId, session: SessionDep, page: PageDep
) -> Page[ReturnOut]:
    """Distributions of a sub-fund, and the sale of the city's stake."""
    sub_fund = await get_sub_fund(session, sub_fund_id, caller)
    wanted = queries.returns_of(sub_fund.id)
    rows, cursor = await page_of(session, wanted, page, (SubFundReturn.recorded_at, SubFundReturn.id))
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.post("/returns/{return_id}/receipt")
async def receive_sub_fund_return(
    caller: MayPay, return_id: ReturnId, body: ArrivalIn, session: SessionDep, _key: KeyRequired
) -> ReturnOut:
    """The city's part has arrived at the treasury."""
    row = await service.receive_return(
        session, return_id=return_id, received_on=body.received_on, caller=caller, at=clock.now(caller.city)
    )
    return _shown(row)


@routes.post("/returns/{return_id}/withdrawal")
async def withdraw_stake_exit(
    caller: MayManage, return_id: ReturnId, session: SessionDep, _key: KeyOptional = None
) -> ReturnOut:
    """The sale of the city's stake did not come about; what the sub-fund distributed is never withdrawn."""
    return _shown(await service.withdraw_stake_exit(session, return_id=return_id, caller=caller))


@routes.post("/sub-funds/{sub_fund_id}/winding-up")
async def wind_up_sub_fund(
    caller: MayPay, sub_fund_id: SubFundId, body: EndingIn, session: SessionDep, _key: KeyRequired
) -> SubFundOut:
    """The sub-fund is no more: what did not come back is the city's loss."""
    row = await service.wind_up(
        session, sub_fund_id=sub_fund_id, ended_on=body.ended_on, caller=caller, at=clock.now(caller.city)
    )
    return SubFundOut.model_validate(row)


def _shown(row: SubFundReturn) -> ReturnOut:
    names = set(ReturnOut.model_fields) - {"parts", "recorded_at", "cash_fen"}
    return ReturnOut(
        **{name: getattr(row, name) for name in names},
        cash_fen=row.capital_fen + row.gain_fen - row.conceded_fen,
        parts=[PartOut(**part) for part in row.parts],
        recorded_at=row.declared_at,
    )
