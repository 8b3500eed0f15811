"""`python -m services.funds.assurance` in the container of funds: the self-audit of every city, all its months."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import commands
from kernel.cities import CityRow
from services.funds.assurance.queries import self_audit


async def audit_all(session: AsyncSession) -> AsyncIterator[str]:
    """A line for each city and each break. Raises Unsound at the end when a check was red, Refused without cities."""
    cities = list(await session.scalars(select(CityRow.city_code).order_by(CityRow.city_code)))
    if not cities:
        raise commands.Refused("no cities")
    green = True
    for city_code in cities:
        found = await self_audit(session, city_code, whole=True)
        shown = "green" if found.green else "RED"
        yield f"{city_code}: {shown}, {len(found.checks)} checks, {found.entries_read} entries read"
        for check in found.checks:
            for broken in check.breaks:
                yield f"  {check.check} {broken.subject}: {broken.detail}"
            if more := check.breaks_found - len(check.breaks):
                yield f"  {check.check} … and {more} more"
        green = green and found.green
    if not green:
        raise commands.Unsound


if __name__ == "__main__":
    commands.run(audit_all)
