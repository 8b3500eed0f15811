"""The public service catalogue."""

from typing import Annotated

from fastapi import Query

from gateway.window.catalogue import queries
from gateway.window.catalogue.schemas import CatalogueOut, ItemOut
from gateway.window.policies.queries import policy_for, readable_city
from kernel.auth import Caller, may
from kernel.routing import SessionDep, router
from kernel.schemas import CityCode
from policy.store import accepted_now

routes = router(prefix="/v1/window/catalogue", tags=["catalogue"])
MayReadCatalogue = Annotated[Caller, may("catalogue:read")]
Of = Annotated[CityCode | None, Query(description="Default: the city of the credential")]


@routes.get("")
async def list_items(caller: MayReadCatalogue, session: SessionDep, city: Of = None) -> CatalogueOut:
    """Every service item of the city, with its clauses and the department in charge."""
    city_code = readable_city(caller, city)
    at = accepted_now(city_code)
    return queries.catalogue(await policy_for(session, city_code, at), on=at.on)


@routes.get("/{item}")
async def read_item(caller: MayReadCatalogue, session: SessionDep, item: str, city: Of = None) -> ItemOut:
    """One service item: the form's fields, the documents and the promised limits, or that they are open."""
    city_code = readable_city(caller, city)
    accepted = accepted_now(city_code)
    snapshot = await policy_for(session, city_code, accepted)
    return queries.described(snapshot, queries.item_of(snapshot, item), accepted=accepted)
