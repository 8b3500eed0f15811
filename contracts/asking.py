"""How a service asks the registry for an organisation that somebody named to it."""

from collections.abc import Collection
from uuid import UUID

from contracts.registry import OrganisationReply, SeveralAsked, SeveralReply
from kernel.client import AnsweredProblem, ServiceClient
from kernel.problems import InvalidMember, NotFound


class UnknownOrganisation(InvalidMember):
    code, title_zh, title_en = "unknown_organisation", "该单位未登记", "The organisation is not registered"


async def organisation_of(
    registry: ServiceClient, organisation_id: UUID, *, city_code: str, pointer: str = "/organisation_id"
) -> OrganisationReply:
    """The city's organisation a body names at `pointer`. Raises UnknownOrganisation; Unavailable like the registry."""
    found = await known_organisation(registry, organisation_id, city_code=city_code)
    if found is None:
        raise UnknownOrganisation(pointer)
    return found


async def known_organisation(
    registry: ServiceClient, organisation_id: UUID, *, city_code: str
) -> OrganisationReply | None:
    """As the registry knows it now; None for another city's too. Raises Unavailable like the registry."""
    try:
        found = await registry.get(f"/internal/organisations/{organisation_id}", OrganisationReply)
    except AnsweredProblem as problem:
        if problem.status == NotFound.status:
            return None
        raise
    return found if found.city_code == city_code else None


async def known_organisations(
    registry: ServiceClient, organisations: Collection[UUID], *, city_code: str
) -> dict[UUID, OrganisationReply]:
    """Of these the city's, as the registry knows them now, in one question. Raises Unavailable like the registry."""
    body = SeveralAsked(ids=tuple(organisations)).model_dump(mode="json")
    told = await registry.post("/internal/organisations/several", body, SeveralReply, repeatable=True)
    return {one.id: one for one in told.items if one.city_code == city_code}
