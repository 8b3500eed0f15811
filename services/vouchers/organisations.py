"""How organisations stand to each other, as the registry knows them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from contracts.asking import known_organisation, known_organisations
from contracts.registry import (
    ControllerGroupReply,
    GroupsAsked,
    GroupsReply,
    OrganisationReply,
    PairAsked,
    RelatedAsked,
    RelatedPair,
    RelatedReply,
)
from kernel.client import ServiceClient
from services.vouchers.contracts.rules import Relation


async def controller_group_of(registry: ServiceClient, organisation_id: UUID) -> ControllerGroupReply:
    """Who stands under the same ultimate controller today. Raises Unavailable like the registry."""
    return await registry.get(f"/internal/organisations/{organisation_id}/controller-group", ControllerGroupReply)


async def groups_of(registry: ServiceClient, organisations: Sequence[UUID], *, city_code: str) -> list[set[UUID]]:
    """Who stands under one controller with any of these today, each group once. Raises Unavailable."""
    if not organisations:
        return []
    body = GroupsAsked(city_code=city_code, ids=tuple(organisations)).model_dump(mode="json")
    told = await registry.post("/internal/organisations/controller-groups", body, GroupsReply, repeatable=True)
    return [{member.organisation_id for member in group.members} for group in told.items]


async def ended_by(registry: ServiceClient, pair: tuple[UUID, UUID], *, day: date, city_code: str) -> list[str]:
    """Who of holder and provider was no more on the day, and whether they were one by then. Raises Unavailable.

    A merged holder goes on as what it is part of; a provider is admitted by itself.
    """
    known = await known_organisations(registry, pair, city_code=city_code)
    holder, provider = (known.get(one) for one in pair)
    holder = await _standing_for(registry, holder, day=day, city_code=city_code)
    found = (
        ("holder_ended", holder is not None and _was_gone(holder, day)),
        ("provider_ended", provider is not None and _was_gone(provider, day)),
        ("provider_is_holder", holder is not None and holder.id == pair[1]),
    )
    return [code for code, is_so in found if is_so]


async def _standing_for(
    registry: ServiceClient, holder: OrganisationReply | None, *, day: date, city_code: str
) -> OrganisationReply | None:
    """What the holder had become part of by the day, or itself. A merger is never undone: it ends."""
    while holder is not None and holder.merged_into is not None and _was_gone(holder, day):
        holder = await known_organisation(registry, holder.merged_into, city_code=city_code)
    return holder


def _was_gone(one: OrganisationReply, day: date) -> bool:
    return one.ended_on is not None and one.ended_on <= day


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
