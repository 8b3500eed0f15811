"""Organisations as the registry knows them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from contracts.registry import (
    ControllerGroupReply,
    OrganisationReply,
    PairAsked,
    RelatedAsked,
    RelatedPair,
    RelatedReply,
)
from kernel.client import AnsweredProblem, ServiceClient
from kernel.problems import Invalid, NotFound

ACTIVE = "active"


class UnknownOrganisation(Invalid):
    code, title_zh, title_en = "unknown_organisation", "该单位未登记", "The organisation is not registered"

    def __init__(self, pointer: str) -> None:
        super().__init__(errors=[{"pointer": pointer, "code": self.code, "message": self.title_zh}])


async def organisation_of(
    registry: ServiceClient, organisation_id: UUID, *, city_code: str, pointer: str
) -> OrganisationReply:
    """The city's organisation a body names at `pointer`. Raises UnknownOrganisation; Unavailable like the registry."""
    try:
        found = await registry.get(f"/internal/organisations/{organisation_id}", OrganisationReply)
    except AnsweredProblem as problem:
        if problem.status == NotFound.status:
            raise UnknownOrganisation(pointer) from None
        raise
    if found.city_code != city_code:
        raise UnknownOrganisation(pointer)
    return found


async def controller_group_of(registry: ServiceClient, organisation_id: UUID) -> ControllerGroupReply:
    """Who stands under the same ultimate controller today. Raises Unavailable like the registry."""
    return await registry.get(f"/internal/organisations/{organisation_id}/controller-group", ControllerGroupReply)


async def related_on(
    registry: ServiceClient, days: Iterable[date], *, city_code: str, pair: tuple[UUID, UUID]
) -> dict[date, RelatedPair]:
    """How two of the city's organisations are related on each of the days they are. Raises Unavailable."""
    (first, second), found = pair, {}
    for on in sorted(set(days)):
        asked = RelatedAsked(city_code=city_code, pairs=(PairAsked(a=first, b=second),), on=on)
        body = asked.model_dump(mode="json")
        told = await registry.post("/internal/organisations/related", body, RelatedReply, repeatable=True)
        if told.pairs[0].related:
            found[on] = told.pairs[0]
    return found
