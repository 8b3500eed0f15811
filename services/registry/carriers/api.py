"""Routes of carriers."""

from typing import Annotated

from fastapi import Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers import queries, service
from services.registry.carriers.models import Carrier, CarrierKind, Level
from services.registry.carriers.schemas import CarrierChangeIn, CarrierId, CarrierIn, CarrierOut, DistrictCode
from services.registry.organisations.schemas import OrganisationId

MayRead = Annotated[Caller, may("carriers:read")]
MayWrite = Annotated[Caller, may("carriers:write")]

routes = router(prefix="/v1/registry/carriers", tags=["registry: carriers"])


@routes.post("", status_code=201)
async def register_carrier(
    caller: MayWrite, body: CarrierIn, session: SessionDep, response: Response, _key: KeyOptional = None
) -> CarrierOut:
    """Register a carrier of an organisation you act for."""
    carrier = await service.register_carrier(session, given=body, caller=caller)
    mark(response, carrier.version)
    return CarrierOut.model_validate(carrier)


@routes.get("")
async def list_carriers(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    kind: CarrierKind | None = None,
    level: Level | None = None,
    is_key: bool | None = None,
    district_code: DistrictCode | None = None,
    operator_id: OrganisationId | None = None,
) -> Page[CarrierOut]:
    """Carriers of the city that hold or held a level, and your own; `level` and `is_key` filter by the present."""
    rows, cursor = await queries.list_carriers(
        session,
        page,
        caller=caller,
        kind=kind,
        level=level,
        is_key=is_key,
        district_code=district_code,
        operator_id=operator_id,
    )
    own = await queries.own_among(session, rows, caller)
    return Page(items=[_shown(row, with_facts=row.id in own) for row in rows], next_cursor=cursor)


@routes.get("/{carrier_id}")
async def read_carrier(caller: MayRead, carrier_id: CarrierId, session: SessionDep, response: Response) -> CarrierOut:
    """A carrier with its premises and every level it held."""
    carrier = await queries.find_carrier(session, carrier_id, caller=caller)
    mark(response, carrier.version)
    return _shown(carrier, with_facts=bool(await queries.own_among(session, [carrier], caller)))


@routes.patch("/{carrier_id}")
async def change_carrier(
    caller: MayWrite,
    carrier_id: CarrierId,
    body: CarrierChangeIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> CarrierOut:
    """Change name, premises or facts; of a recognised carrier facts alone, the rest by request (`/changes`)."""
    carrier = await service.change_carrier(session, carrier_id=carrier_id, given=body, if_match=if_match, caller=caller)
    mark(response, carrier.version)
    return CarrierOut.model_validate(carrier)


def _shown(carrier: Carrier, *, with_facts: bool) -> CarrierOut:
    shown = CarrierOut.model_validate(carrier)
    return shown if with_facts else shown.model_copy(update={"facts": None})
