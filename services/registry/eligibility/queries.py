"""Reads of what a scan asks about."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from contracts.registry import CarrierFacts, LevelFact
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier
from services.registry.organisations.models import Organisation
from services.registry.recognition.models import Recognition
from services.registry.recognition.rules import premises_facts
from services.registry.recognition.states import ENDED


async def organisation_of(session: AsyncSession, organisation_id: UUID) -> Organisation:
    """Of any city, without names and account: a scan asks for neither. Raises NotFound."""
    found = await session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


async def carriers_of(session: AsyncSession, organisation_id: UUID) -> Sequence[Carrier]:
    """The carriers an organisation runs, with premises and levels, in the order they were registered."""
    found = select(Carrier).where(Carrier.operator_id == organisation_id).order_by(Carrier.id)
    # Premises come along in the same statement: few, and a round trip less.
    loaded = (joinedload(Carrier.premises), selectinload(Carrier.levels))
    return (await session.scalars(found.options(*loaded))).unique().all()


async def levels_applied_for(session: AsyncSession, carriers: Sequence[UUID]) -> dict[UUID | None, list[LevelFact]]:
    """What cases under way ask for, by carrier."""
    wanted = (Recognition.carrier_id, Recognition.level, Recognition.is_key)
    under_way = (Recognition.carrier_id.in_(carriers), Recognition.status.not_in(ENDED))
    found: dict[UUID | None, list[LevelFact]] = {}
    if carriers:
        for carrier_id, level, is_key in await session.execute(select(*wanted).where(*under_way)):
            found.setdefault(carrier_id, []).append(LevelFact(level=level, is_key=is_key))
    return found


def facts_of(carrier: Carrier, pending: list[LevelFact], *, on: date) -> CarrierFacts:
    """A carrier as a review would find it registered: the area and seats of its premises before what was stated."""
    return CarrierFacts(
        id=carrier.id,
        kind=carrier.kind,
        name=carrier.name,
        facts={**carrier.facts, **premises_facts(carrier.premises)},
        levels=[LevelFact(level=held.level, is_key=held.is_key) for held in carrier.levels if held.held_on(on)],
        pending=pending,
    )
