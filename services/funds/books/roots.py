"""Every day that saw an entry ends with a root in the feed: banks and subscribers keep it and can check us."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import JournalRooted
from kernel import clock
from kernel.outbox import record
from kernel.timers import Timer, schedule
from ledger.periods import end_day
from ledger.verify import daily_root
from services.funds.books.models import JournalRoot

ROOT = "journal_root"
SETTLES_IN = timedelta(minutes=10)  # what is posted at midnight still counts to its day


async def expect_root(session: AsyncSession, city_code: str) -> None:
    """Before a posting: see that today ends with a root."""
    today = clock.today(city_code)
    name = f"{city_code}:{today}"
    if await session.scalar(select(Timer.id).where(Timer.kind == ROOT, Timer.object_id == name)) is None:
        due_at = clock.start_of(today + timedelta(days=1)) + SETTLES_IN
        await schedule(session, kind=ROOT, object_id=name, city_code=city_code, due_at=due_at)


async def tell_root(session: AsyncSession, timer: Timer) -> None:
    """Keep the root of the day and tell it, once."""
    city_code, on = timer.city_code, date.fromisoformat(timer.object_id.partition(":")[2])
    if await session.get(JournalRoot, (city_code, on)) is not None:
        return
    await end_day(session, on, city_code=city_code)
    found = await daily_root(session, city_code=city_code, on=on)
    if not found.chains:  # the posting it was set for was taken back
        return
    session.add(JournalRoot(city_code=city_code, on=on, root=found.root, entries=found.entries, chains=found.chains))
    told = JournalRooted(on=on, root=found.root.hex(), entries=found.entries, chains=found.chains)
    await record(session, told, city_code=city_code, subject=timer.object_id)
