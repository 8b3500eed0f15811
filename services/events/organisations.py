"""Organisations as the registry knows them, and who speaks for one."""

from uuid import UUID

from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.client import AnsweredProblem, ServiceClient
from kernel.problems import Forbidden, Invalid, NotFound


class UnknownOrganisation(Invalid):
    code, title_zh, title_en = "unknown_organisation", "该单位未登记", "The organisation is not registered"

    def __init__(self, pointer: str) -> None:
        super().__init__(errors=[{"pointer": pointer, "code": self.code, "message": self.title_zh}])


class NotItsVoice(Forbidden):
    """The caller neither is the organisation nor the client that entered it."""

    code = "not_its_voice"
    title_zh, title_en = "无权代表该单位办理", "The caller does not act for this organisation"


async def organisation_of(
    registry: ServiceClient, organisation_id: UUID, *, city_code: str, pointer: str = "/organisation_id"
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


def must_speak_for(caller: Caller, organisation: OrganisationReply) -> None:
    """An officer for anybody; else the organisation itself, or the client that entered it. Raises NotItsVoice."""
    own = str(organisation.id) == caller.organisation_id or caller.subject == organisation.registered_by
    if not own and "officer" not in caller.roles:
        raise NotItsVoice
