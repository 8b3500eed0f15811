"""Routes of calls for sub-funds and of proposals."""

from typing import Annotated

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.guidance_fund.access import own_manager, visible_manager
from services.funds.guidance_fund.ids import CallId, ProposalId
from services.funds.guidance_fund.selection import queries, service
from services.funds.guidance_fund.selection.models import SubFundCall, SubFundProposal
from services.funds.guidance_fund.selection.schemas import (
    CallIn,
    CallOut,
    DecisionIn,
    ExaminationIn,
    ProposalIn,
    ProposalOut,
    VotesIn,
)
from services.funds.guidance_fund.selection.states import Status
from services.funds.payments.payees import GatheringDep

MayRead = Annotated[Caller, may("sub-funds:read")]
MayPropose = Annotated[Caller, may("sub-funds:propose")]
MaySelect = Annotated[Caller, may("sub-funds:select")]
MayDecide = Annotated[Caller, may("sub-funds:decide")]

routes = router(prefix="/v1/funds/guidance-fund", tags=["guidance fund"])


@routes.post("/calls", status_code=201)
async def publish_sub_fund_call(
    caller: MaySelect, body: CallIn, session: SessionDep, _key: KeyOptional = None
) -> CallOut:
    """Invite managers to propose sub-funds. Refused while the fund's plan has open figures, naming all of them."""
    row = await service.publish_call(session, given=body, caller=caller, at=clock.now(caller.city))
    return CallOut.model_validate(row)


@routes.get("/calls")
async def list_sub_fund_calls(caller: MayRead, session: SessionDep, page: PageDep) -> Page[CallOut]:
    """Calls of the city."""
    wanted = queries.calls_of(caller.city)
    rows, cursor = await page_of(session, wanted, page, (SubFundCall.recorded_at, SubFundCall.id))
    return Page(items=[CallOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/calls/{call_id}")
async def read_sub_fund_call(caller: MayRead, call_id: CallId, session: SessionDep) -> CallOut:
    """A call."""
    return CallOut.model_validate(await queries.get_call(session, call_id, caller))


@routes.post("/proposals", status_code=201)
async def propose_sub_fund(
    caller: MayPropose, body: ProposalIn, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> ProposalOut:
    """A manager proposes a sub-fund or a stake under an open call, once."""
    manager = await gathering.registry.organisation(own_manager(caller), city_code=caller.city)
    session = await work.open()
    row = await service.lodge_proposal(session, given=body, manager=manager, caller=caller, at=clock.now(caller.city))
    return ProposalOut.model_validate(row)


@routes.get("/proposals")
async def list_sub_fund_proposals(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    call_id: CallId | None = None,
    status: Status | None = None,
) -> Page[ProposalOut]:
    """Proposals: a manager's own, or all for staff."""
    wanted = queries.proposals_of(caller.city, manager_id=visible_manager(caller), call_id=call_id, status=status)
    rows, cursor = await page_of(session, wanted, page, (SubFundProposal.recorded_at, SubFundProposal.id))
    return Page(items=[ProposalOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/proposals/{proposal_id}")
async def read_sub_fund_proposal(caller: MayRead, proposal_id: ProposalId, session: SessionDep) -> ProposalOut:
    """A proposal and where it stands."""
    return ProposalOut.model_validate(await queries.get_proposal(session, proposal_id, caller))


@routes.post("/proposals/{proposal_id}/examination")
async def examine_sub_fund_proposal(
    caller: MaySelect, proposal_id: ProposalId, body: ExaminationIn, session: SessionDep, _key: KeyOptional = None
) -> ProposalOut:
    """Record what due diligence found."""
    row = await service.examine_proposal(session, proposal_id=proposal_id, given=body, caller=caller)
    return ProposalOut.model_validate(row)


@routes.post("/proposals/{proposal_id}/votes")
async def record_expert_votes(
    caller: MaySelect, proposal_id: ProposalId, body: VotesIn, session: SessionDep, _key: KeyOptional = None
) -> ProposalOut:
    """Record how the experts voted."""
    row = await service.record_votes(
        session, proposal_id=proposal_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return ProposalOut.model_validate(row)


@routes.post("/proposals/{proposal_id}/notice")
async def publish_sub_fund_notice(
    caller: MaySelect, proposal_id: ProposalId, session: SessionDep, _key: KeyOptional = None
) -> ProposalOut:
    """Publish what is to be joined, for the working days the city set."""
    row = await service.publish_notice(session, proposal_id=proposal_id, caller=caller, at=clock.now(caller.city))
    return ProposalOut.model_validate(row)


@routes.post("/proposals/{proposal_id}/decision")
async def decide_sub_fund_proposal(
    caller: MayDecide, proposal_id: ProposalId, body: DecisionIn, session: SessionDep, _key: KeyRequired
) -> ProposalOut:
    """Approve or refuse, by another person than examined it. What the policy refuses cannot be approved."""
    row = await service.decide_proposal(
        session, proposal_id=proposal_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return ProposalOut.model_validate(row)
