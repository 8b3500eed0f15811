"""Who acts and who sees: the city's staff all of it, an organisation what is its own."""

from uuid import UUID

from kernel.auth import Caller
from kernel.problems import Forbidden

STAFF = frozenset({"officer", "finance", "operator", "auditor"})


class OrganisationUnbound(Forbidden):
    code = "organisation_unbound"
    title_zh, title_en = "该凭证未绑定单位", "This client is not bound to an organisation"


def acting_organisation(caller: Caller) -> UUID:
    """The organisation the caller acts for. Raises OrganisationUnbound."""
    if not caller.organisation_id:
        raise OrganisationUnbound
    return UUID(caller.organisation_id)


def own_organisation(caller: Caller) -> UUID | None:
    """The organisation whose objects alone the caller sees; None for staff, who see the city's."""
    return None if caller.roles & STAFF else acting_organisation(caller)
