"""Carriers of a city by the levels they hold today."""

from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.overview import LevelCount, RegistryOverview, StandingReply
from kernel.clock import today
from kernel.standing import standing_of
from services.registry.carriers.models import CarrierLevel
from services.registry.carriers.queries import held_on


async def overview_of(session: AsyncSession, city_code: str) -> RegistryOverview:
    """One count by level, and one of the carriers behind all of them."""
    held = (CarrierLevel.city_code == city_code, held_on(today(city_code)))
    by_level = (
        select(CarrierLevel.level, CarrierLevel.is_key, func.count())
        .where(*held)
        .group_by(CarrierLevel.level, CarrierLevel.is_key)
        .order_by(CarrierLevel.level, CarrierLevel.is_key)
    )
    levels = [
        LevelCount(level=level.value, is_key=is_key, carriers=carriers)
        for level, is_key, carriers in await session.execute(by_level)
    ]
    carriers = await session.scalar(select(func.count(CarrierLevel.carrier_id.distinct())).where(*held))
    standing = StandingReply(**asdict(await standing_of(session, city_code)))
    return RegistryOverview(carriers=carriers or 0, levels=tuple(levels), standing=standing)
