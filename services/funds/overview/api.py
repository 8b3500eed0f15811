"""For the window: this service's line of a city's overview."""

from typing import Annotated

from fastapi import Query

from contracts.overview import FundsOverview
from kernel.auth import Internal
from kernel.routing import SessionDep, router
from kernel.schemas import CityCode
from services.funds.overview.queries import overview_of

internal = router(prefix="/internal/overview")


@internal.get("", include_in_schema=False)
async def tell_overview(_caller: Internal, session: SessionDep, city: Annotated[CityCode, Query()]) -> FundsOverview:
    """All of it in a few counts."""
    return await overview_of(session, city)
