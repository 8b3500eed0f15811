"""Organisations as the registry knows them."""

from uuid import UUID

from contracts.registry import ControllerGroupReply, OrganisationReply
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
