"""Routes of the chain from nursery to accelerator (XZ-09, LZ-13)."""

from datetime import date
from typing import Annotated

from fastapi import Query

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.openapi import NOT_YET
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers.queries import find_own_carrier
from services.registry.carriers.schemas import CarrierId
from services.registry.chain import deciding, holdings, queries, reading, service, transfers
from services.registry.chain.schemas import (
    AcceptanceIn,
    AdmissionIn,
    CarrierStayOut,
    ChainOut,
    CompletenessOut,
    EquityIn,
    GraduationIn,
    IncorporationIn,
    LeavingIn,
    MilestoneIn,
    OfferId,
    OfferIn,
    OfferOut,
    ProjectId,
    ProjectIn,
    ProjectOut,
    ReasonIn,
    StageCountsOut,
)
from services.registry.chain.states import OfferStatus, Stage, Standing
from services.registry.organisations.schemas import OrganisationId

MayRead = Annotated[Caller, may("projects:read")]
MayWrite = Annotated[Caller, may("projects:write")]
AsOf = Annotated[date | None, Query(examples=["2026-11-22"], description="A day in Asia/Shanghai; today if left out")]

routes = router(prefix="/v1/registry/chain", tags=["registry: chain"])


@routes.post("/projects", status_code=201)
async def register_project(
    caller: MayWrite, body: ProjectIn, session: SessionDep, _key: KeyOptional = None
) -> ProjectOut:
    """Register a project of a team or firm you act for."""
    return ProjectOut.model_validate(await service.register_project(session, given=body, caller=caller))


@routes.get("/projects")
async def list_projects(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    standing: Standing | None = None,
    organisation_id: OrganisationId | None = None,
) -> Page[ProjectOut]:
    """Yours, and those that are or were in a carrier you run; all of the city for its staff."""
    rows, cursor = await queries.list_projects(
        session, page, caller=caller, standing=standing, organisation_id=organisation_id
    )
    return Page(items=[ProjectOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/projects/{project_id}/chain")
async def read_chain(
    caller: MayRead,
    project_id: ProjectId,
    session: SessionDep,
    on: AsOf = None,
) -> ChainOut:
    """Where the project is now, since when, and its whole line; with `on`, as it stood on that day."""
    return reading.chain_on(await queries.find_project(session, project_id, caller=caller), on)


@routes.post("/projects/{project_id}/admission")
async def admit_project(
    caller: MayWrite, project_id: ProjectId, body: AdmissionIn, session: SessionDep, _key: KeyOptional = None
) -> ChainOut:
    """Admit the project to a stage in a carrier you run, of a kind the city's policy counts for it."""
    return reading.chain_on(
        await service.admit_project(session, project_id=project_id, given=body, caller=caller), None
    )


@routes.post("/projects/{project_id}/graduation")
async def graduate_project(
    caller: MayWrite, project_id: ProjectId, body: GraduationIn, session: SessionDep, _key: KeyOptional = None
) -> ChainOut:
    """The present carrier states which criterion of the city is met; refused while the city has set none."""
    return reading.chain_on(
        await service.graduate_project(session, project_id=project_id, given=body, caller=caller), None
    )


@routes.post("/projects/{project_id}/leaving")
async def leave_chain(
    caller: MayWrite, project_id: ProjectId, body: LeavingIn, session: SessionDep, _key: KeyOptional = None
) -> ChainOut:
    """Out of the chain without graduation, told by the present carrier with the reason."""
    return reading.chain_on(await service.leave_chain(session, project_id=project_id, given=body, caller=caller), None)


@routes.post("/projects/{project_id}/incorporation")
async def incorporate_project(
    caller: MayWrite, project_id: ProjectId, body: IncorporationIn, session: SessionDep, _key: KeyOptional = None
) -> ChainOut:
    """The team has become a firm: the project is the firm's, and keeps its stays and milestones."""
    return reading.chain_on(
        await service.incorporate_project(session, project_id=project_id, given=body, caller=caller), None
    )


@routes.post("/projects/{project_id}/equity")
async def hold_equity(
    caller: MayWrite, project_id: ProjectId, body: EquityIn, session: SessionDep, _key: KeyOptional = None
) -> ChainOut:
    """The share your carrier holds from a day on (XZ-16); nought ends it."""
    return reading.chain_on(await holdings.hold_equity(session, project_id=project_id, given=body, caller=caller), None)


@routes.post("/projects/{project_id}/milestones")
async def reach_milestone(
    caller: MayWrite, project_id: ProjectId, body: MilestoneIn, session: SessionDep, _key: KeyOptional = None
) -> ChainOut:
    """Something the project reached, with its evidence."""
    return reading.chain_on(
        await holdings.reach_milestone(session, project_id=project_id, given=body, caller=caller), None
    )


@routes.post("/projects/{project_id}/transfers", status_code=201)
async def offer_transfer(
    caller: MayWrite, project_id: ProjectId, body: OfferIn, session: SessionDep, _key: KeyOptional = None
) -> OfferOut:
    """Offer the project to another carrier; refused while the city has not set the days to answer."""
    return OfferOut.model_validate(
        await transfers.offer_transfer(session, project_id=project_id, given=body, caller=caller)
    )


@routes.get("/transfers")
async def list_transfers(
    caller: MayRead, session: SessionDep, page: PageDep, status: OfferStatus | None = None
) -> Page[OfferOut]:
    """Transfers offered to or by carriers you run."""
    rows, cursor = await queries.list_offers(session, page, caller=caller, status=status)
    return Page(items=[OfferOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/transfers/{transfer_id}/acceptance")
async def accept_transfer(
    caller: MayWrite, transfer_id: OfferId, body: AcceptanceIn, session: SessionDep, _key: KeyOptional = None
) -> OfferOut:
    """The receiving carrier takes the project in, today."""
    offer = await transfers.accept_transfer(
        session, offer_id=transfer_id, agreement_reference=body.agreement_reference, caller=caller
    )
    return OfferOut.model_validate(offer)


@routes.post("/transfers/{transfer_id}/refusal")
async def refuse_transfer(
    caller: MayWrite, transfer_id: OfferId, body: ReasonIn, session: SessionDep, _key: KeyOptional = None
) -> OfferOut:
    """The receiving carrier does not take it."""
    return OfferOut.model_validate(
        await transfers.refuse_transfer(session, offer_id=transfer_id, reason=body.reason, caller=caller)
    )


@routes.post("/transfers/{transfer_id}/withdrawal")
async def withdraw_transfer(
    caller: MayWrite, transfer_id: OfferId, body: ReasonIn, session: SessionDep, _key: KeyOptional = None
) -> OfferOut:
    """Who offered takes it back."""
    return OfferOut.model_validate(
        await transfers.withdraw_transfer(session, offer_id=transfer_id, reason=body.reason, caller=caller)
    )


@routes.get("/carriers/{carrier_id}/stays")
async def list_carrier_stays(
    caller: MayRead,
    carrier_id: CarrierId,
    session: SessionDep,
    page: PageDep,
    stage: Stage | None = None,
    is_open: bool | None = None,
) -> Page[CarrierStayOut]:
    """Who is and was in a carrier you run."""
    carrier = await find_own_carrier(session, carrier_id, caller=caller)
    rows, cursor = await queries.list_stays(session, page, carrier_id=carrier.id, stage=stage, is_open=is_open)
    return Page(items=[reading.carrier_stay(row) for row in rows], next_cursor=cursor)


@routes.get("/carriers/{carrier_id}/counts")
async def count_carrier_stays(caller: MayRead, carrier_id: CarrierId, session: SessionDep) -> StageCountsOut:
    """Projects of a carrier you run, by stage and by how they went on."""
    carrier = await find_own_carrier(session, carrier_id, caller=caller)
    return reading.counted(await queries.stage_counts(session, city_code=caller.city, carrier_id=carrier.id))


@routes.get("/counts")
async def count_stays(caller: MayRead, session: SessionDep) -> StageCountsOut:
    """Projects of the city, by stage and by how they went on; numbers only."""
    return reading.counted(await queries.stage_counts(session, city_code=caller.city))


@routes.get("/operators/{organisation_id}/completeness", responses=NOT_YET)
async def check_completeness(caller: MayRead, organisation_id: OrganisationId, session: SessionDep) -> CompletenessOut:
    """Whether the carriers of your operator make the whole chain, where the city says what that is (LZ-13)."""
    ruled = await deciding.complete_chain(session, organisation_id=organisation_id, caller=caller)
    return reading.completeness(organisation_id, ruled)
