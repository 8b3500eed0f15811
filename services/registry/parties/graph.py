"""Walks over the parties of a city on a day: who stands under one controller, and how two are related.

A few statements whatever the size: a level of the graph is read at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from services.registry.organisations.models import OrganisationKind
from services.registry.parties.queries import (
    Pair,
    edges_at,
    organisations_named,
    shared_between,
    without_controller,
)
from services.registry.parties.rules import MERGED, Edge, Node, Reached, grow, path_to, shortest, ultimate

# Two organisations further apart than this are not told as related: three steps from each side meet in the middle.
STEPS_EACH_SIDE = 3
# Nobody controls what is the public's own.
PUBLIC = frozenset({OrganisationKind.DEPARTMENT, OrganisationKind.UNIVERSITY})


@dataclass(frozen=True, slots=True)
class Group:
    """Who controls an organisation in the end, and all that stand under the same, each with the path to it.

    `is_known`: each line upward ends with a person, the public, or one that states that nobody controls it.
    """

    controllers: list[Node]
    members: dict[UUID, list[Edge]]
    is_known: bool
    predecessors: list[UUID]


@dataclass(frozen=True, slots=True)
class Relation:
    """How two organisations are related: the shortest chain of parties, and the contacts and accounts both have."""

    path: list[Edge]
    shared: list[str]

    @property
    def is_related(self) -> bool:
        return bool(self.path or self.shared)


async def controller_group(session: AsyncSession, city_code: str, organisation_id: UUID, *, on: date) -> Group:
    """All the way up by control, then all the way down from who stands at the top."""
    start = Node("organisation", organisation_id)
    above, upward = await _walk(session, city_code, {start}, on=on, upward=True)
    tops = ultimate(above, upward)
    below, downward = await _walk(session, city_code, tops, on=on, upward=False)
    to_top = {node: path_to(above, node) for node in tops}
    members = {node.id: _by_way_of(path_to(below, node), node, to_top) for node in below if node.kind == "organisation"}
    absorbed = _absorbed_by(start, downward)
    return Group(
        controllers=sorted(tops),
        members=members | {organisation_id: []},
        is_known=await _are_final(session, tops, above, upward, on=on),
        predecessors=absorbed,
    )


async def relations(session: AsyncSession, city_code: str, pairs: Sequence[Pair], *, on: date) -> dict[Pair, Relation]:
    """Each pair by itself; the graph around all of them is read once."""
    asked = {Node("organisation", end) for pair in pairs for end in pair}
    edges = await _around(session, city_code, asked, on=on)
    shared = await shared_between(session, city_code, [node.id for node in asked])
    found: dict[Pair, Relation] = {}
    for a, b in dict.fromkeys(pairs):
        start, end = Node("organisation", a), Node("organisation", b)
        reached = shortest(start, [end], edges, steps_max=2 * STEPS_EACH_SIDE)
        path = path_to(reached, end) if end in reached else []
        found[a, b] = Relation(path, sorted(shared.get((min(a, b), max(a, b)), ())))
    return found


async def related_today(
    session: AsyncSession, city_code: str, organisation_id: UUID, others: Collection[UUID]
) -> set[UUID]:
    """Which of the others are related to the organisation today; it is to itself."""
    pairs = [(organisation_id, other) for other in sorted(set(others) - {organisation_id})]
    found = await relations(session, city_code, pairs, on=clock.today(city_code)) if pairs else {}
    related = {other for (_, other), relation in found.items() if relation.is_related}
    return related | ({organisation_id} & set(others))


async def _walk(
    session: AsyncSession, city_code: str, start: set[Node], *, on: date, upward: bool
) -> tuple[Reached, list[Edge]]:
    """All that control leads to, one way; a ring of owners is entered once."""
    reached: Reached = dict.fromkeys(start)
    frontier, seen = set(start), list[Edge]()
    while frontier:
        edges = await edges_at(session, city_code, frontier, on=on, upward=upward, downward=not upward)
        control = [edge for edge in edges if edge.is_control]
        seen += control
        frontier = grow(reached, control, upward=upward, downward=not upward)
    return reached, seen


async def _around(session: AsyncSession, city_code: str, start: set[Node], *, on: date) -> list[Edge]:
    reached: Reached = dict.fromkeys(start)
    frontier, found = set(start), dict[Edge, None]()
    for _ in range(STEPS_EACH_SIDE):
        if not frontier:
            break
        edges = await edges_at(session, city_code, frontier, on=on, upward=True, downward=True)
        found |= dict.fromkeys(edges)
        frontier = grow(reached, edges, upward=True, downward=True)
    return list(found)


async def _are_final(session: AsyncSession, tops: set[Node], above: Reached, upward: list[Edge], *, on: date) -> bool:
    if tops & {edge.held for edge in upward}:
        return False  # owners who own each other: nobody stands at the top
    ids = [node.id for node in tops if node.kind == "organisation"]
    known = await organisations_named(session, ids)
    stated = await without_controller(session, ids, on=on)
    return all(top in stated or known[top].kind in PUBLIC for top in ids) and bool(above)


def _by_way_of(down: list[Edge], member: Node, to_top: dict[Node, list[Edge]]) -> list[Edge]:
    """Up to the controller, then down to the member."""
    top = member
    for edge in reversed(down):
        top = edge.holder if edge.held == top else edge.held
    return [*to_top[top], *down]


def _absorbed_by(start: Node, edges: Sequence[Edge]) -> list[UUID]:
    merged = [edge for edge in edges if edge.kind == MERGED]
    reached: Reached = {start: None}
    frontier = {start}
    while frontier:
        frontier = grow(reached, merged, upward=False, downward=True)
    return sorted(node.id for node in reached if node != start)
