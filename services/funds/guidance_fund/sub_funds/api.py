"""Routes of sub-funds and their drawdowns."""

from collections.abc import Sequence
from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.guidance_fund.access import visible_manager
from services.funds.guidance_fund.ids import DrawdownId, SubFundId
from services.funds.guidance_fund.sub_funds import drawing, establishing, lapsing, queries
from services.funds.guidance_fund.sub_funds.models import Drawdown, SubFund
from services.funds.guidance_fund.sub_funds.schemas import (
    CommitmentOut,
    DrawdownIn,
    DrawdownOut,
    ReceiptIn,
    ShareOut,
    SubFundIn,
    SubFundOut,
    SubFundWithInvestors,
)
from services.funds.guidance_fund.sub_funds.states import Status
from services.funds.payments.payees import GatheringDep

MayRead = Annotated[Caller, may("sub-funds:read")]
MayManage = Annotated[Caller, may("sub-funds:manage")]
MayReport = Annotated[Caller, may("sub-funds:report")]
MayPay = Annotated[Caller, may("payments:manage")]

routes = router(prefix="/v1/funds/guidance-fund", tags=["guidance fund"])


@routes.post("/sub-funds", status_code=201)
async def establish_sub_fund(
    caller: MayManage, body: SubFundIn, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> SubFundWithInvestors:
    """An approved sub-fund was founded: commitments stand, the city's is pledged out of this year's budget line."""
    organisation = await gathering.registry.organisation(body.organisation_id, city_code=caller.city)
    session = await work.open()
    row = await establishing.establish_sub_fund(
        session, given=body, organisation=organisation, caller=caller, at=clock.now(caller.city)
    )
    return await _with_investors(session, row)


@routes.get("/sub-funds")
async def list_sub_funds(
    caller: MayRead, session: SessionDep, page: PageDep, status: Status | None = None
) -> Page[SubFundOut]:
    """Sub-funds: a manager's own, or all for staff."""
    wanted = queries.sub_funds_of(caller.city, manager_id=visible_manager(caller), status=status)
    rows, cursor = await page_of(session, wanted, page, (SubFund.recorded_at, SubFund.id))
    return Page(items=[SubFundOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/sub-funds/{sub_fund_id}")
async def read_sub_fund(caller: MayRead, sub_fund_id: SubFundId, session: SessionDep) -> SubFundWithInvestors:
    """A sub-fund with everybody's commitment, called, paid in, returned and gained."""
    return await _with_investors(session, await queries.get_sub_fund(session, sub_fund_id, caller))


@routes.post("/sub-funds/{sub_fund_id}/drawdowns", status_code=201)
async def ask_sub_fund_drawdown(
    caller: MayReport, sub_fund_id: SubFundId, body: DrawdownIn, session: SessionDep, _key: KeyRequired
) -> DrawdownOut:
    """The manager asks all investors for money, once under its own reference."""
    row = await drawing.ask_drawdown(
        session, sub_fund_id=sub_fund_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return await _one(session, row)


@routes.get("/sub-funds/{sub_fund_id}/drawdowns")
async def list_sub_fund_drawdowns(
    caller: MayRead, sub_fund_id: SubFundId, session: SessionDep, page: PageDep
) -> Page[DrawdownOut]:
    """Drawdowns of a sub-fund, with each investor's share."""
    sub_fund = await queries.get_sub_fund(session, sub_fund_id, caller)
    rows, cursor = await page_of(session, queries.drawdowns_of(sub_fund.id), page, (Drawdown.recorded_at, Drawdown.id))
    return Page(items=await _shown(session, rows), next_cursor=cursor)


@routes.post("/drawdowns/{drawdown_id}/withdrawal")
async def withdraw_sub_fund_drawdown(
    caller: MayReport, drawdown_id: DrawdownId, session: SessionDep, _key: KeyOptional = None
) -> DrawdownOut:
    """Take back what is not called yet."""
    return await _one(session, await drawing.withdraw_drawdown(session, drawdown_id=drawdown_id, caller=caller))


@routes.post("/drawdowns/{drawdown_id}/call")
async def call_sub_fund_drawdown(
    caller: MayPay, drawdown_id: DrawdownId, session: SessionDep, _key: KeyRequired
) -> DrawdownOut:
    """Call it from all investors pro rata to what is uncalled of their commitments, exact to the fen."""
    row = await drawing.call_drawdown(session, drawdown_id=drawdown_id, caller=caller, at=clock.now(caller.city))
    return await _one(session, row)


@routes.post("/drawdowns/{drawdown_id}/closing")
async def close_sub_fund_drawdown(
    caller: MayPay, drawdown_id: DrawdownId, session: SessionDep, _key: KeyRequired
) -> DrawdownOut:
    """Close a called drawdown though some never paid, as another person than called it: theirs can be called again.

    Its due day has passed. Until it is closed no stake is left and no sub-fund is wound up. A share of the city that is
    ordered is waited for.
    """
    row = await lapsing.close_drawdown(session, drawdown_id=drawdown_id, caller=caller, at=clock.now(caller.city))
    return await _one(session, row)


@routes.post("/drawdowns/{drawdown_id}/payment")
async def pay_public_share(
    caller: MayPay, drawdown_id: DrawdownId, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> DrawdownOut:
    """Prepare the payment order of the city's share; where so agreed, only after the others' shares are in."""
    payee = await drawing.gather_vehicle(gathering, drawdown_id=drawdown_id, caller=caller)
    session = await work.open()
    row = await drawing.order_public_share(
        session, drawdown_id=drawdown_id, payee=payee, caller=caller, at=clock.now(caller.city)
    )
    return await _one(session, row)


@routes.post("/drawdowns/{drawdown_id}/receipts")
async def confirm_drawdown_receipt(
    caller: MayReport, drawdown_id: DrawdownId, body: ReceiptIn, session: SessionDep, _key: KeyRequired
) -> DrawdownOut:
    """An investor's share is on the account in custody."""
    row = await drawing.receive_share(
        session,
        drawdown_id=drawdown_id,
        commitment_id=body.commitment_id,
        received_on=body.received_on,
        caller=caller,
        at=clock.now(caller.city),
    )
    return await _one(session, row)


async def _with_investors(session: SessionDep, row: SubFund) -> SubFundWithInvestors:
    shown = SubFundOut.model_validate(row)
    commitments = [CommitmentOut.model_validate(one) for one in await queries.commitments_of(session, row.id)]
    return SubFundWithInvestors(**dict(shown), commitments=commitments)


async def _one(session: SessionDep, row: Drawdown) -> DrawdownOut:
    (shown,) = await _shown(session, [row])
    return shown


async def _shown(session: SessionDep, rows: Sequence[Drawdown]) -> list[DrawdownOut]:
    shares = await queries.shares_of(session, [row.id for row in rows])
    shown: list[DrawdownOut] = []
    for row in rows:
        fields = {
            name: getattr(row, name) for name in DrawdownOut.model_fields if name not in {"shares", "recorded_at"}
        }
        owed = [ShareOut.model_validate(share) for share in shares[row.id]]
        shown.append(DrawdownOut(**fields, shares=owed, recorded_at=row.asked_at))
    return shown
