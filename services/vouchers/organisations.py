"""How organisations stand to each other, as the registry knows them."""

from collections.abc import Mapping, Sequence
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
from services.vouchers.contracts.rules import Kin, Parties, Relation


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


async def parties_of(
    registry: ServiceClient, pair: tuple[UUID, UUID], *, day: date, on: date, signed_on: date | None, city_code: str
) -> Parties:
    """What the registry says of holder and provider: on the day, and of their relation when signed and on this one.

    `signed_on` is None where their relation was asked before. Raises Unavailable.
    """
    known = await known_organisations(registry, pair, city_code=city_code)
    successors = await _successors(registry, known, pair[0], city_code=city_code)
    merged = await _merged_by(registry, known, pair[1], day=day, city_code=city_code)
    related = list[Relation]()
    if signed_on is not None:
        related = await _relations_of(registry, signed_on=signed_on, on=on, city_code=city_code, pair=pair)
    return Parties(_ended(known, pair, day), related, Kin(successors, merged))


def _ended(known: Mapping[UUID, OrganisationReply], pair: tuple[UUID, UUID], day: date) -> tuple[str, ...]:
    """A merged holder goes on as what it is part of; a provider is admitted by itself."""
    held_by = _part_of(known, pair[0], day)
    holder, provider = known.get(held_by), known.get(pair[1])
    found = (
        ("holder_ended", holder is not None and holder.was_gone_on(day)),
        ("provider_ended", provider is not None and provider.was_gone_on(day)),
        ("provider_is_holder", held_by == pair[1]),
    )
    return tuple(code for code, is_so in found if is_so)


async def _successors(
    registry: ServiceClient, known: dict[UUID, OrganisationReply], holder_id: UUID, *, city_code: str
) -> frozenset[UUID]:
    """What the holder has become part of, each known from now on. A merger is never undone: it ends."""
    found, one = set[UUID](), known.get(holder_id)
    while one is not None and one.merged_into is not None:
        found.add(one.merged_into)
        one = await known_organisation(registry, one.merged_into, city_code=city_code)
        known |= {one.id: one} if one else {}
    return frozenset(found)


async def _merged_by(
    registry: ServiceClient, known: Mapping[UUID, OrganisationReply], provider_id: UUID, *, day: date, city_code: str
) -> frozenset[UUID]:
    """What had become part of the provider by the day."""
    if provider_id not in known:
        return frozenset()
    merged = (await controller_group_of(registry, provider_id)).predecessors
    if not merged:
        return frozenset()
    of_them = {**known, **await known_organisations(registry, merged, city_code=city_code)}
    return frozenset(one for one in merged if _part_of(of_them, one, day) == provider_id)


def _part_of(known: Mapping[UUID, OrganisationReply], organisation_id: UUID, day: date) -> UUID:
    """What it had become part of by the day, as far as that is known; or itself."""
    one = known.get(organisation_id)
    while one is not None and one.merged_into is not None and one.had_ended_by(day):
        organisation_id = one.merged_into
        one = known.get(organisation_id)
    return organisation_id


async def _relations_of(
    registry: ServiceClient, *, signed_on: date, on: date, city_code: str, pair: tuple[UUID, UUID]
) -> list[Relation]:
    """How holder and provider are related on the day their contract was signed and on this one."""
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
