"""Which cities have a page."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.cities import CityRow


async def live_cities(session: AsyncSession) -> dict[str, str]:
    """Code of every live city by its pack, in order. Sandboxes are their makers' own."""
    wanted = select(CityRow.pack_id, CityRow.city_code).where(CityRow.is_sandbox.is_(False)).order_by(CityRow.city_code)
    rows = await session.execute(wanted)
    return {row.pack_id: row.city_code for row in rows}
