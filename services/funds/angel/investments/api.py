"""Routes of investments and their losses."""

from typing import Annotated

from contracts.asking import may_own
from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.angel.ids import InvestmentId
from services.funds.angel.investments import queries, service
from services.funds.angel.investments.models import AngelInvestment
from services.funds.angel.investments.schemas import AngelInvestmentIn, AngelInvestmentOut, AngelLossIn
from services.funds.angel.investments.states import Status
from services.funds.angel.register.schemas import AngelReviewIn
from services.funds.angel.relation import relations
from services.funds.ids import OrganisationId
from services.funds.payments.payees import GatheringDep

MayFile = Annotated[Caller, may_own("angel:file")]
MayRead = Annotated[Caller, may_own("angel:read")]
MayReview = Annotated[Caller, may("angel:review")]

routes = router(prefix="/v1/funds/angel/investments", tags=["angel compensation"])


@routes.post("", status_code=201)
async def record_angel_investment(
    caller: MayFile, body: AngelInvestmentIn, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> AngelInvestmentOut:
    """Record what a registered investor paid into a registered project. Refused for what came before registration,
    and where the two are related; an officer confirms it.
    """
    investor = await gathering.registry.organisation(body.investor_id, city_code=caller.city)
    related = await relations(
        gathering,
        city_code=caller.city,
        investor_id=body.investor_id,
        project_id=body.project_id,
        days=(body.invested_on,),
    )
    session = await work.open()
    row = await service.record_investment(
        session, given=body, investor=investor, related=related, caller=caller, at=clock.now(caller.city)
    )
    return AngelInvestmentOut.of(row, None)


@routes.get("")
async def list_angel_investments(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    investor_id: OrganisationId | None = None,
    project_id: OrganisationId | None = None,
    status: Status | None = None,
) -> Page[AngelInvestmentOut]:
    """Investments: a portal's own, or all for staff."""
    wanted = queries.investments_of(caller, investor_id=investor_id, project_id=project_id, status=status)
    rows, cursor = await page_of(session, wanted, page, (AngelInvestment.recorded_at, AngelInvestment.id))
    losses = await queries.losses_of(session, [row.id for row in rows])
    return Page(items=[AngelInvestmentOut.of(row, losses.get(row.id)) for row in rows], next_cursor=cursor)


@routes.get("/{investment_id}")
async def read_angel_investment(
    caller: MayRead, investment_id: InvestmentId, session: SessionDep
) -> AngelInvestmentOut:
    """One investment, with its loss."""
    row = await queries.get_investment(session, investment_id, caller)
    return AngelInvestmentOut.of(row, (await queries.losses_of(session, [row.id])).get(row.id))


@routes.post("/{investment_id}/review")
async def review_angel_investment(
    caller: MayReview, investment_id: InvestmentId, body: AngelReviewIn, session: SessionDep, _key: KeyRequired
) -> AngelInvestmentOut:
    """Confirm that agreement and payment were seen, as another person than recorded it; or refuse."""
    row = await service.review_investment(
        session, investment_id=investment_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return AngelInvestmentOut.of(row, None)


@routes.post("/{investment_id}/loss", status_code=201)
async def tell_angel_loss(
    caller: MayFile, investment_id: InvestmentId, body: AngelLossIn, session: SessionDep, _key: KeyRequired
) -> AngelInvestmentOut:
    """Tell that a confirmed investment is lost, with the audit report that proves it; once."""
    row, loss = await service.tell_loss(
        session, investment_id=investment_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return AngelInvestmentOut.of(row, loss)
