"""Routes of divisions."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.routing import SessionDep, router
from services.registry.divisions import queries
from services.registry.divisions.schemas import DivisionCode, DivisionsOut

MayRead = Annotated[Caller, may("policies:read")]
routes = router(prefix="/v1/registry/divisions", tags=["registry: departments"])


@routes.get("")
async def list_divisions(caller: MayRead, session: SessionDep, code: DivisionCode | None = None) -> DivisionsOut:
    """The city's divisions with former codes; `code` of any year's list finds its division of today."""
    return DivisionsOut(items=await queries.list_divisions(session, city_code=caller.city, code=code))
