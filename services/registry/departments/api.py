"""Routes of departments."""

from datetime import date
from typing import Annotated

from kernel.auth import Caller, may
from kernel.clock import today
from kernel.routing import SessionDep, router
from kernel.schemas import Code
from services.registry.departments import queries
from services.registry.departments.schemas import DepartmentsOut

MayRead = Annotated[Caller, may("policies:read")]
routes = router(prefix="/v1/registry/departments", tags=["registry: departments"])


@routes.get("")
async def list_departments(
    caller: MayRead, session: SessionDep, on: date | None = None, role: Code | None = None
) -> DepartmentsOut:
    """Who holds each responsibility of the city's policy on a day, today unless told."""
    day = on or today(caller.city)
    items = await queries.list_departments(session, city_code=caller.city, on=day, role=role)
    return DepartmentsOut(on=day, items=items)
