"""Parties and the paths between organisations, as people and as other services are told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import (
    ControllerGroupReply,
    GroupMember,
    GroupsAsked,
    GroupsReply,
    PartyStep,
    RelatedAsked,
    RelatedPair,
    RelatedReply,
)
from kernel import clock
from kernel.problems import NotFound
from services.registry.organisations.models import Organisation
from services.registry.parties.graph import Group, controller_group, relations
from services.registry.parties.models import Party
from services.registry.parties.queries import (
    contacts_of,
    holder_of,
    names_of,
    organisations_named,
    parties_of,
    sharing_with,
)
from services.registry.parties.rules import Edge, Node
from services.registry.parties.schemas import (
    ContactOut,
    NodeOut,
    PartyOut,
    RelatedOrganisationOut,
    RelatedPartiesOut,
    SharingOut,
    StepOut,
)

Names = Mapping[Node, str]


def party_out(party: Party) -> PartyOut:
    """With who holds it; of a person the name alone."""
    node, held_by = holder_of(party), party.holder_organisation or party.holder_person
    holder = NodeOut.of(node, held_by.name or "") if node and held_by else None
    return PartyOut(holder=holder, **_fields(party, PartyOut, without="holder"))


async def related_parties(session: AsyncSession, organisation: Organisation, *, on: date) -> RelatedPartiesOut:
    """All that is on record of who stands behind it, and whom that relates it to."""
    group = await controller_group(session, organisation.city_code, organisation.id, on=on)
    sharing = await sharing_with(session, organisation)
    names = await names_of(session, _nodes_of(group, sharing))
    return RelatedPartiesOut(
        organisation_id=organisation.id,
        on=on,
        parties=[party_out(party) for party in await parties_of(session, organisation.id)],
        contacts=[ContactOut.model_validate(row) for row in await contacts_of(session, organisation.id)],
        controllers=[NodeOut.of(node, names[node]) for node in group.controllers if node.id != organisation.id],
        is_known=group.is_known,
        group=[
            RelatedOrganisationOut(organisation=_organisation(member, names), path=_steps(path, names))
            for member, path in sorted(group.members.items())
            if member != organisation.id
        ],
        sharing=[
            SharingOut(organisation=_organisation(other, names), shared=sorted(kinds))
            for other, kinds in sorted(sharing.items())
        ],
    )


async def group_reply(session: AsyncSession, organisation: Organisation, *, on: date) -> ControllerGroupReply:
    """For other services: ids alone."""
    group = await controller_group(session, organisation.city_code, organisation.id, on=on)
    members = sorted(group.members.items())
    return ControllerGroupReply(
        organisation_id=organisation.id,
        city_code=organisation.city_code,
        on=on,
        is_known=group.is_known,
        members=tuple(GroupMember(organisation_id=member, path=steps_told(path)) for member, path in members),
        predecessors=tuple(group.predecessors),
    )


async def groups_reply(session: AsyncSession, asked: GroupsAsked) -> GroupsReply:
    """Each group once."""
    known, on = await organisations_named(session, asked.ids), clock.today(asked.city_code)
    found: list[ControllerGroupReply] = []
    seen: set[UUID] = set()
    for organisation in (known[one] for one in asked.ids if one in known):
        if organisation.city_code == asked.city_code and organisation.id not in seen:
            found.append(await group_reply(session, organisation, on=on))
            seen.update(member.organisation_id for member in found[-1].members)
    return GroupsReply(items=tuple(found))


async def related_reply(session: AsyncSession, asked: RelatedAsked) -> RelatedReply:
    """Each pair in the order of the question. Raises NotFound for an organisation that is not the city's."""
    ids = {end for pair in asked.pairs for end in (pair.a, pair.b)}
    known = await organisations_named(session, ids)
    if any(one not in known or known[one].city_code != asked.city_code for one in ids):
        raise NotFound
    on = asked.on or clock.today(asked.city_code)
    found = await relations(session, asked.city_code, [(pair.a, pair.b) for pair in asked.pairs], on=on)
    return RelatedReply(
        pairs=tuple(
            RelatedPair(
                a=pair.a,
                b=pair.b,
                related=found[pair.a, pair.b].is_related or pair.a == pair.b,
                path=steps_told(found[pair.a, pair.b].path),
                shared=tuple(found[pair.a, pair.b].shared),
            )
            for pair in asked.pairs
        )
    )


def steps_told(path: Sequence[Edge]) -> tuple[PartyStep, ...]:
    """A path by ids, without a name."""
    return tuple(
        PartyStep(
            kind=edge.kind,
            organisation_id=edge.held.id,
            holder_organisation_id=edge.holder.id if edge.holder.kind == "organisation" else None,
            holder_person_id=edge.holder.id if edge.holder.kind == "person" else None,
            share_bp=edge.share_bp,
            effective_on=edge.effective_on,
            ended_on=edge.ended_on,
        )
        for edge in path
    )


def _nodes_of(group: Group, sharing: Iterable[UUID]) -> set[Node]:
    ends = {node for path in group.members.values() for edge in path for node in (edge.holder, edge.held)}
    organisations = {Node("organisation", found) for found in (*group.members, *sharing)}
    return ends | organisations | set(group.controllers)


def _organisation(found: UUID, names: Names) -> NodeOut:
    node = Node("organisation", found)
    return NodeOut.of(node, names[node])


def _steps(path: Sequence[Edge], names: Names) -> list[StepOut]:
    return [
        StepOut.model_validate(
            {
                "kind": edge.kind,
                "holder": NodeOut.of(edge.holder, names[edge.holder]),
                "held": NodeOut.of(edge.held, names[edge.held]),
                "share_bp": edge.share_bp,
                "effective_on": edge.effective_on,
                "ended_on": edge.ended_on,
            }
        )
        for edge in path
    ]


def _fields(row: Any, model: type[PartyOut], *, without: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in model.model_fields if name != without}
