"""Reads of what is counted in two places: an address of two carriers, a firm that sits in two."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.registry.carriers.models import Carrier, Premises
from services.registry.tenancy.models import Tenancy

MOST = 500  # of each: more than that is no list to look through


async def places_elsewhere(session: AsyncSession, carrier: Carrier) -> Sequence[RowMapping]:
    """Other carriers that stand at a present address of this one, however it was typed."""
    own = [_typed(place.address) for place in carrier.premises]
    shown = (Carrier.id.label("carrier_id"), Carrier.name, Carrier.kind, Carrier.operator_id)
    placed = select(*shown, Premises.address, Premises.area_sqm, Premises.seats).join(Premises.carrier)
    standing = (Premises.city_code == carrier.city_code, Premises.ended_on.is_(None), Premises.carrier_id != carrier.id)
    wanted = placed.where(*standing, _key(Premises.address).in_(own)).order_by(Premises.id)
    return (await session.execute(wanted.limit(MOST + 1))).mappings().all()


async def tenants_elsewhere(session: AsyncSession, carrier_id: UUID, city_code: str) -> Sequence[RowMapping]:
    """Firms, told apart by their credit code, that sit here and in another carrier of the city today."""
    here, there = aliased(Tenancy), aliased(Tenancy)
    shown = (here.id.label("tenancy_id"), here.name, here.credit_code, here.started_on)
    other = (Carrier.id.label("carrier_id"), Carrier.name.label("carrier_name"), there.started_on.label("there_since"))
    same = and_(there.city_code == here.city_code, there.credit_code == here.credit_code, there.ended_on.is_(None))
    joined = select(*shown, *other).join(there, same).join(Carrier, Carrier.id == there.carrier_id)
    open_here = (here.city_code == city_code, here.carrier_id == carrier_id, here.ended_on.is_(None))
    wanted = joined.where(*open_here, there.carrier_id != carrier_id).order_by(here.id, there.id)
    return (await session.execute(wanted.limit(MOST + 1))).mappings().all()


def _key(address: Any) -> ColumnElement[str]:
    return func.lower(func.regexp_replace(address, r"\s", "", "g"))


def _typed(address: str) -> str:
    """As `_key` reads it; what comes in was folded to plain forms already."""
    return "".join(address.split()).lower()
