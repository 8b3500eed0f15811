"""What a reviewer asks before area and tenants are believed: whether they are counted somewhere else too."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.routing import SessionDep, router
from services.registry.carriers.queries import find_carrier
from services.registry.carriers.schemas import CarrierId
from services.registry.overlaps import queries
from services.registry.overlaps.schemas import OverlapsOut, PlaceElsewhereOut, TenantElsewhereOut

MayReview = Annotated[Caller, may("recognition:review")]

routes = router(prefix="/v1/registry/carriers", tags=["registry: carriers"])


@routes.get("/{carrier_id}/overlaps")
async def read_overlaps(caller: MayReview, carrier_id: CarrierId, session: SessionDep) -> OverlapsOut:
    """Other carriers at the same address, and firms that sit in another carrier as well, today."""
    carrier = await find_carrier(session, carrier_id, caller=caller)
    places = await queries.places_elsewhere(session, carrier)
    tenants = await queries.tenants_elsewhere(session, carrier.id, carrier.city_code)
    return OverlapsOut(
        places=[PlaceElsewhereOut.model_validate(row) for row in places[: queries.MOST]],
        tenants=[TenantElsewhereOut.model_validate(row) for row in tenants[: queries.MOST]],
        is_whole=max(len(places), len(tenants)) <= queries.MOST,
    )
