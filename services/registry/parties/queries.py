"""Reads of parties: as they stand on record, and as edges of the graph on a day."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from kernel.problems import NotFound
from services.registry.organisations.models import Organisation, PayeeAccount
from services.registry.parties.models import Contact, Party, PartyRole
from services.registry.parties.rules import MERGED, Edge, Node
from services.registry.people.models import NaturalPerson

ACCOUNT = "bank_account"
Pair = tuple[UUID, UUID]


async def parties_of(session: AsyncSession, organisation_id: UUID) -> list[Party]:
    """All there ever were, with their holders, in the order they began."""
    wanted = select(Party).where(Party.organisation_id == organisation_id).order_by(Party.effective_on, Party.id)
    loaded = (selectinload(Party.holder_organisation), selectinload(Party.holder_person))
    return list(await session.scalars(wanted.options(*loaded).execution_options(populate_existing=True)))


async def find_party(session: AsyncSession, organisation_id: UUID, party_id: UUID) -> Party:
    """Raises NotFound."""
    for party in await parties_of(session, organisation_id):
        if party.id == party_id:
            return party
    raise NotFound


async def contacts_of(session: AsyncSession, organisation_id: UUID) -> list[Contact]:
    wanted = select(Contact).where(Contact.organisation_id == organisation_id)
    return list(await session.scalars(wanted.order_by(Contact.registered_at, Contact.id)))


async def edges_at(
    session: AsyncSession, city_code: str, nodes: Collection[Node], *, on: date, upward: bool, downward: bool
) -> list[Edge]:
    """Edges that stood on the day, above the nodes, below them, or both."""
    organisations = [node.id for node in nodes if node.kind == "organisation"]
    persons = [node.id for node in nodes if node.kind == "person"]
    above, below = Party.organisation_id.in_(organisations), _held_by(organisations, persons)
    touching = or_(*([above] if upward else []), *([below] if downward else []))
    stood = and_(Party.effective_on <= on, or_(Party.ended_on.is_(None), Party.ended_on > on))
    named = Party.role != PartyRole.NO_CONTROLLER
    found = await session.scalars(select(Party).where(Party.city_code == city_code, touching, stood, named))
    merged = await _mergers(session, city_code, organisations, on=on, upward=upward, downward=downward)
    return [*(edge_of(party) for party in found), *merged]


def edge_of(party: Party) -> Edge:
    """A party with a holder, as an edge."""
    return Edge(
        kind=party.role.value,
        holder=holder_of(party) or Node("organisation", party.organisation_id),
        held=Node("organisation", party.organisation_id),
        share_bp=party.share_bp,
        effective_on=party.effective_on,
        ended_on=party.ended_on,
    )


def holder_of(party: Party) -> Node | None:
    """Who it is; nobody for the statement that nobody controls."""
    if party.holder_organisation_id is not None:
        return Node("organisation", party.holder_organisation_id)
    return Node("person", party.holder_person_id) if party.holder_person_id is not None else None


async def without_controller(session: AsyncSession, organisations: Iterable[UUID], *, on: date) -> set[UUID]:
    """Of these, who states that nobody controls it."""
    stood = and_(Party.effective_on <= on, or_(Party.ended_on.is_(None), Party.ended_on > on))
    wanted = select(Party.organisation_id).where(Party.organisation_id.in_(organisations), stood)
    return set(await session.scalars(wanted.where(Party.role == PartyRole.NO_CONTROLLER)))


async def organisations_named(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """By id, without names and account."""
    found = await session.scalars(select(Organisation).where(Organisation.id.in_(set(ids))))
    return {row.id: row for row in found}


async def names_of(session: AsyncSession, nodes: Collection[Node]) -> dict[Node, str]:
    """What organisations and persons are called at present."""
    named: dict[Node, str] = {}
    organisations = [node.id for node in nodes if node.kind == "organisation"]
    persons = [node.id for node in nodes if node.kind == "person"]
    if organisations:
        wanted = select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisations))
        named |= {Node("organisation", found): name for found, name in await session.execute(wanted)}
    if persons:
        known = select(NaturalPerson.id, NaturalPerson.name).where(NaturalPerson.id.in_(persons))
        named |= {Node("person", found): name or "" for found, name in await session.execute(known)}
    return named


async def shared_between(
    session: AsyncSession, city_code: str, organisations: Collection[UUID]
) -> dict[Pair, set[str]]:
    """Pairs of these that have a contact or a present account in common, lower id first, and of which kind."""
    one, other = aliased(Contact), aliased(Contact)
    same = and_(one.city_code == other.city_code, one.kind == other.kind, one.value_hash == other.value_hash)
    both = and_(one.organisation_id.in_(organisations), other.organisation_id.in_(organisations))
    pairs = select(one.organisation_id, other.organisation_id, one.kind).join(other, same)
    found: dict[Pair, set[str]] = {}
    in_order = and_(one.city_code == city_code, one.organisation_id < other.organisation_id)
    for a, b, kind in await session.execute(pairs.where(both, in_order)):
        found.setdefault((a, b), set()).add(kind.value)
    for a, b in await _same_account(session, city_code, organisations):
        found.setdefault((a, b), set()).add(ACCOUNT)
    return found


async def sharing_with(session: AsyncSession, organisation: Organisation) -> dict[UUID, set[str]]:
    """Who else in the city has a contact or the account of the organisation, and of which kind."""
    mine, other = aliased(Contact), aliased(Contact)
    same = and_(mine.city_code == other.city_code, mine.kind == other.kind, mine.value_hash == other.value_hash)
    contacts = select(other.organisation_id, other.kind).join(mine, same)
    found: dict[UUID, set[str]] = {}
    is_mine = and_(mine.organisation_id == organisation.id, other.organisation_id != organisation.id)
    for other_id, kind in await session.execute(contacts.where(is_mine)):
        found.setdefault(other_id, set()).add(kind.value)
    if organisation.payee_account is not None:
        number = PayeeAccount.account_number == organisation.payee_account.account_number
        present = (PayeeAccount.city_code == organisation.city_code, PayeeAccount.replaced_at.is_(None), number)
        for other_id in await session.scalars(select(PayeeAccount.organisation_id).where(*present)):
            if other_id != organisation.id:
                found.setdefault(other_id, set()).add(ACCOUNT)
    return found


def _held_by(organisations: list[UUID], persons: list[UUID]) -> ColumnElement[bool]:
    return or_(Party.holder_organisation_id.in_(organisations), Party.holder_person_id.in_(persons))


async def _mergers(
    session: AsyncSession, city_code: str, organisations: list[UUID], *, on: date, upward: bool, downward: bool
) -> list[Edge]:
    """What was merged is held by what it was merged into."""
    above, below = Organisation.id.in_(organisations), Organisation.merged_into_id.in_(organisations)
    touching = or_(*([above] if upward else []), *([below] if downward else []))
    columns = (Organisation.id, Organisation.merged_into_id, Organisation.merged_on)
    wanted = select(*columns).where(Organisation.city_code == city_code, touching, Organisation.merged_on <= on)
    return [
        Edge(MERGED, Node("organisation", into), Node("organisation", merged), None, merged_on, None)
        for merged, into, merged_on in await session.execute(wanted)
        if into is not None and merged_on is not None
    ]


async def _same_account(session: AsyncSession, city_code: str, organisations: Collection[UUID]) -> list[Pair]:
    one, other = aliased(PayeeAccount), aliased(PayeeAccount)
    same = and_(one.city_code == other.city_code, one.account_number == other.account_number)
    present = and_(one.replaced_at.is_(None), other.replaced_at.is_(None), one.organisation_id < other.organisation_id)
    both = and_(one.organisation_id.in_(organisations), other.organisation_id.in_(organisations))
    wanted = select(one.organisation_id, other.organisation_id).join(other, same)
    rows = await session.execute(wanted.where(one.city_code == city_code, present, both))
    return [(a, b) for a, b in rows]
