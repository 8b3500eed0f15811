"""Organisations as the registry knows them."""

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
from services.vouchers.contracts.rules import Relation

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


async def relations_of(
    registry: ServiceClient, *, signed_on: date, on: date, city_code: str, pair: tuple[UUID, UUID]
) -> list[Relation]:
    """How holder and provider are related on the day their contract was signed and on this one. Raises Unavailable."""
    (first, second), found = pair, []
    for day in sorted({min(signed_on, on), on}):
        asked = RelatedAsked(city_code=city_code, pairs=(PairAsked(a=first, b=second),), on=day)
        body = asked.model_dump(mode="json")
        told = await registry.post("/internal/organisations/related", body, RelatedReply, repeatable=True)
        if told.pairs[0].related:
            found.append(_relation(day, told.pairs[0]))
    return found


def _relation(on: date, told: RelatedPair) -> Relation:
    return Relation(on, tuple(dict.fromkeys([*(step.kind for step in told.path), *told.shared])))
