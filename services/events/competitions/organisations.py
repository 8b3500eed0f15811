"""What the registry knows of who enters, who is related to whom, and whose wins count as whose."""

from collections.abc import Iterable
from uuid import UUID

from contracts.asking import known_organisation
from contracts.registry import ControllerGroupReply, OrganisationReply, PairAsked, RelatedAsked, RelatedReply
from kernel.auth import Caller
from kernel.client import AnsweredProblem, ServiceClient
from kernel.owning import is_own
from kernel.problems import InvalidMember, NotFound

ASKED_AT_ONCE = 100
Pair = tuple[UUID, UUID]


class UnknownEntrant(InvalidMember):
    code, title_zh, title_en = "unknown_entrant", "参赛主体未登记", "Who is to enter is not registered"
    pointer = "/organisation_id"


async def organisation_of(registry: ServiceClient, organisation_id: UUID, *, city_code: str) -> OrganisationReply:
    """As the registry knows it now. Raises UnknownEntrant, for another city's too; Unavailable when the registry is."""
    found = await known_organisation(registry, organisation_id, city_code=city_code)
    if found is None:
        raise UnknownEntrant
    return found


def must_act_for(caller: Caller, organisation: OrganisationReply) -> None:
    """404 unless it is the caller's own, one a portal acts for, or staff asks."""
    if not is_own(caller, organisation.id):
        raise NotFound


async def group_of(registry: ServiceClient, organisation_id: UUID) -> ControllerGroupReply:
    """With all that were merged into it. Raises NotFound."""
    try:
        return await registry.get(f"/internal/organisations/{organisation_id}/controller-group", ControllerGroupReply)
    except AnsweredProblem as problem:
        if problem.status == NotFound.status:
            raise NotFound from None
        raise


async def counted_with(registry: ServiceClient, organisation_id: UUID) -> tuple[UUID, ...]:
    """The organisation and all that were merged into it: what they won it has won. A new name changes no id."""
    return (organisation_id, *(await group_of(registry, organisation_id)).predecessors)


async def related_pairs(registry: ServiceClient, city_code: str, pairs: Iterable[Pair]) -> set[Pair]:
    """Those of the pairs that are related today, by ownership, control or what both have."""
    asked = sorted(set(pairs))
    found: set[Pair] = set()
    for start in range(0, len(asked), ASKED_AT_ONCE):
        part = tuple(PairAsked(a=a, b=b) for a, b in asked[start : start + ASKED_AT_ONCE])
        body = RelatedAsked(city_code=city_code, pairs=part).model_dump(mode="json")
        reply = await registry.post("/internal/organisations/related", body, RelatedReply, repeatable=True)
        found |= {(one.a, one.b) for one in reply.pairs if one.related}
    return found
