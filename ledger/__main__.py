"""`python -m ledger` in the container of funds or vouchers: every city's books, every entry, green or what is wrong."""

from collections.abc import AsyncIterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import commands
from ledger.verify import audit

_KEPT = text("SELECT to_regclass('ledger_period') IS NOT NULL")
_CITIES = text("SELECT DISTINCT city_code FROM ledger_period ORDER BY 1")
_ENTRIES = text("SELECT coalesce(sum(last_number), 0)::bigint FROM ledger_period WHERE city_code = :city_code")


async def verify(session: AsyncSession) -> AsyncIterator[str]:
    """A line for each city and for each flaw. Raises Unsound at the end when there was one, Refused without books."""
    cities = list(await session.scalars(_CITIES)) if await session.scalar(_KEPT) else []
    if not cities:
        raise commands.Refused("no books")
    sound = True
    for city_code in cities:
        flaws = await audit(session, city_code=city_code)
        entries = await session.scalar(_ENTRIES, {"city_code": city_code})
        yield f"{city_code}: {entries} entries, {len(flaws)} flaws"
        for flaw in flaws:
            yield f"  {flaw.check} {flaw.subject}: {flaw.detail}"
        sound = sound and not flaws
    if not sound:
        raise commands.Unsound


if __name__ == "__main__":
    commands.run(verify)
