"""Routes of tenants."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers.schemas import CarrierId
from services.registry.tenancy import queries, service
from services.registry.tenancy.filters import FilterDep
from services.registry.tenancy.models import Tenancy
from services.registry.tenancy.schemas import LeavingIn, TenancyId, TenancyOut, TenantIn

MayRead = Annotated[Caller, may("carriers:read")]
MayWrite = Annotated[Caller, may("carriers:write")]

routes = router(prefix="/v1/registry", tags=["registry: tenancy"])


@routes.post("/carriers/{carrier_id}/tenants", status_code=201)
async def admit_tenant(
    caller: MayWrite, carrier_id: CarrierId, body: TenantIn, session: SessionDep, _key: KeyOptional = None
) -> TenancyOut:
    """A firm, team or project moves into a carrier you run; once at a time."""
    return _shown(await service.admit_tenant(session, carrier_id=carrier_id, given=body, caller=caller))


@routes.get("/carriers/{carrier_id}/tenants")
async def list_tenants_of_carrier(
    caller: MayRead, carrier_id: CarrierId, session: SessionDep, page: PageDep, wanted: FilterDep
) -> Page[TenancyOut]:
    """Who sits and sat in a carrier, for its operator and the city's staff."""
    await queries.carrier_exists(session, carrier_id, caller=caller)
    rows, cursor = await queries.list_tenants(session, page, caller=caller, wanted=wanted, carrier_id=carrier_id)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/tenants")
async def list_tenants(caller: MayRead, session: SessionDep, page: PageDep, wanted: FilterDep) -> Page[TenancyOut]:
    """Tenants of all carriers: of the city for its staff, else of those you run."""
    rows, cursor = await queries.list_tenants(session, page, caller=caller, wanted=wanted)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/tenants/{tenancy_id}")
async def read_tenancy(caller: MayRead, tenancy_id: TenancyId, session: SessionDep) -> TenancyOut:
    """One tenancy, open or ended."""
    return _shown(await queries.find_tenancy(session, tenancy_id, caller=caller))


@routes.post("/tenants/{tenancy_id}/end")
async def end_tenancy(
    caller: MayWrite, tenancy_id: TenancyId, body: LeavingIn, session: SessionDep, _key: KeyOptional = None
) -> TenancyOut:
    """The tenant has left; its seats are free again."""
    return _shown(await service.end_tenancy(session, tenancy_id=tenancy_id, given=body, caller=caller))


def _shown(row: Tenancy) -> TenancyOut:
    return TenancyOut.model_validate(row)
