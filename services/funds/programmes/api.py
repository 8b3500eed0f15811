"""Funds and their budgets over HTTP."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from kernel import clock, context
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.kept_answers import keyed
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.funds.chart import Line
from services.funds.programmes.catalogue import funds
from services.funds.programmes.models import Allotment, Appropriation
from services.funds.programmes.queries import allotments_of, appropriations_of, positions
from services.funds.programmes.schemas import (
    YEAR_MAX,
    YEAR_MIN,
    AllotmentOut,
    AppropriationOut,
    BudgetIn,
    FundsOut,
    PositionOut,
    PositionsOut,
)
from services.funds.programmes.service import allot_budget, appropriate_budget

routes = router(prefix="/v1/funds", tags=["budgets"])
MayManage = Annotated[Caller, may("budgets:manage")]
MayRead = Annotated[Caller, may("books:read")]
MayReadPolicy = Annotated[Caller, may("policies:read")]
FundKey = Annotated[str, Path(pattern=r"^[a-z0-9_.]{1,100}$", examples=["fund.award_subsidy"])]
Fund = Annotated[str | None, Query(max_length=100, examples=["fund.award_subsidy"])]
YearKey = Annotated[int, Path(ge=YEAR_MIN, le=YEAR_MAX, examples=[2026])]
Year = Annotated[int | None, Query(ge=YEAR_MIN, le=YEAR_MAX)]


@routes.get("/programmes")
async def list_funds(caller: MayReadPolicy, session: SessionDep) -> FundsOut:
    """The funds the city's policy states, with what is still open about them."""
    now = clock.now(caller.city)
    accepted = Acceptance(clock.on_date(now), now)
    snapshot = await policy_for(session, caller.city, accepted)
    found = funds(snapshot, now=accepted, language=context.current().language)
    return FundsOut(policy_version=snapshot.version, items=list(found))


@routes.get("/budgets")
async def list_budgets(
    caller: MayRead, session: SessionDep, fund: Fund = None, policy_year: Year = None
) -> PositionsOut:
    """Budget lines with what is appropriated, allotted, encumbered, spent and available."""
    found = await positions(session, caller.city, fund=fund, policy_year=policy_year)
    return PositionsOut(items=[PositionOut.model_validate(line) for line in found])


@routes.post("/budgets/{fund}/{policy_year}/appropriations", status_code=201)
async def appropriate_fund(
    caller: MayManage, fund: FundKey, policy_year: YearKey, body: BudgetIn, session: SessionDep, _key: KeyRequired
) -> AppropriationOut:
    """Grant money to a fund for a policy year: refused while its terms are open, and beyond the stated envelope."""
    made = await appropriate_budget(
        session,
        line=Line(fund, policy_year, body.payer_level),
        amount_fen=body.amount_fen,
        document=body.document,
        caller=caller,
        now=clock.now(caller.city),
    )
    return AppropriationOut.model_validate(made)


@routes.post("/budgets/{fund}/{policy_year}/allotments", status_code=201, response_model=AllotmentOut)
async def allot_fund(
    caller: MayManage, fund: FundKey, policy_year: YearKey, body: BudgetIn, request: Request, key: KeyRequired
) -> Response:
    """Release appropriated money for use, never more than was appropriated."""
    answer = await allot_budget(
        request.app.state.allotments,
        line=Line(fund, policy_year, body.payer_level),
        amount_fen=body.amount_fen,
        document=body.document,
        caller=caller,
        keyed=await keyed(request, caller, key),
        now=clock.now(caller.city),
    )
    return answer.response()


@routes.get("/appropriations")
async def list_appropriations(
    caller: MayRead, session: SessionDep, page: PageDep, fund: Fund = None, policy_year: Year = None
) -> Page[AppropriationOut]:
    """What was granted, with its document and the ruling on its envelope."""
    wanted = appropriations_of(caller.city, fund, policy_year)
    rows, cursor = await page_of(session, wanted, page, (Appropriation.recorded_at, Appropriation.id))
    return Page(items=[AppropriationOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/allotments")
async def list_allotments(
    caller: MayRead, session: SessionDep, page: PageDep, fund: Fund = None, policy_year: Year = None
) -> Page[AllotmentOut]:
    """What was released for use."""
    wanted = allotments_of(caller.city, fund, policy_year)
    rows, cursor = await page_of(session, wanted, page, (Allotment.recorded_at, Allotment.id))
    return Page(items=[AllotmentOut.model_validate(row) for row in rows], next_cursor=cursor)
