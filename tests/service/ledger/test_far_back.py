"""The trial balance of any day as known at any moment, against adding up the journal; months close and open again."""

import random
import re
from datetime import date, datetime, timedelta

import pytest

from kernel import clock
from ledger.periods import reopen_period
from ledger.reading import JournalEntry, journal, trial_balance
from ledger.refusals import PeriodUnknown
from ledger.schema import script
from tests.service.ledger.conftest import CHART, City, transfer

pytestmark = pytest.mark.anyio
FIRST, DAYS, STEPS, STILL = date(2026, 6, 25), 100, 90, 25
MONTHS = ["2026-06", "2026-07", "2026-08", "2026-09"]
SIGNS = {account.code: 1 if account.normal_side == "D" else -1 for account in CHART}


async def test_any_day_as_known_at_any_moment_is_what_the_journal_adds_up_to(city: City) -> None:
    chance = random.Random(20)  # noqa: S311 - a story to be repeated, not a secret
    moments = [clock.now(city.code)]
    for number in range(STEPS):
        match chance.randrange(10):
            case 0 if number > STILL:
                await close_next(city)
            case 1 if number > STILL and chance.random() < 0.3:
                await reopen_last(city)
            case _:
                day = FIRST + timedelta(days=chance.randrange(DAYS))
                book = chance.choice(["funds", "funds", "other"])
                await city.post(transfer("treasury", "spent", number + 1, on=day), key=f"{number}", book=book)
        moments.append(clock.now(city.code))
    async with city.session() as session:
        entries = await journal(session, city_code=city.code, limit=STEPS)
        assert {entry.posted.book for entry in entries} == {"funds", "other"}
        assert len(await closed_months(city)) > 1
        for _ in range(80):
            on = chance.choice([None, FIRST + timedelta(days=chance.randrange(-1, DAYS + 40))])
            known_at = chance.choice([None, chance.choice(moments)])
            lines = await trial_balance(session, city_code=city.code, effective_on=on, known_at=known_at)
            stands = {line.code: (line.balance_fen, line.version) for line in lines if line.version}
            assert stands == added_up(entries, on, known_at), (on, known_at)


def added_up(entries: list[JournalEntry], on: date | None, known_at: datetime | None) -> dict[str, tuple[int, int]]:
    """Balance and number of legs of every account that was touched."""
    stands: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if (on is None or entry.effective_on <= on) and (known_at is None or entry.posted.recorded_at <= known_at):
            for leg in entry.legs:
                fen, legs = stands.get(leg.account, (0, 0))
                stands[leg.account] = (fen + SIGNS[leg.account] * leg.signed_fen, legs + 1)
    return stands


async def closed_months(city: City) -> list[str]:
    async with city.runtime() as runtime:
        rows = await runtime.fetch(
            "SELECT period FROM ledger_period WHERE city_code = $1 AND status = 'closed' ORDER BY period", city.code
        )
    return [row["period"] for row in rows]


async def close_next(city: City) -> None:
    closed = await closed_months(city)
    for month in MONTHS:
        if month not in closed:
            try:
                await city.close(month)
            except PeriodUnknown:
                continue  # nothing was posted to it
            return


async def reopen_last(city: City) -> None:
    for month in (await closed_months(city))[-1:]:
        async with city.session() as session:
            await reopen_period(
                session, month, city_code=city.code, book="funds", proposed_by="a", approved_by="b", reason="late"
            )


async def test_a_plan_made_for_empty_tables_proves_a_full_one_too(city: City) -> None:
    """A connection keeps its plan from the sixth audit on: of 10,000 entries it took twenty seconds, of ten times more
    longer than a statement may.
    """
    head, _, rest = script("verify").partition("AS $$")
    body = rest.partition("$$;")[0].replace("p_city", "$1").replace("p_whole", "$2")
    settings = dict(re.findall(r"SET (enable_\w+) = (\w+)", head))
    async with city.owner() as owner, owner.transaction():
        for name, value in (settings | {"plan_cache_mode": "force_generic_plan"}).items():
            await owner.execute(f"SET LOCAL {name} = {value}")
        await owner.execute(f"PREPARE audit (text, boolean) AS {body}")
        plan = "\n".join(row[0] for row in await owner.fetch("EXPLAIN (COSTS OFF) EXECUTE audit ('320300', true)"))
        await owner.execute("DEALLOCATE audit")
    assert "Materialize" not in plan  # one side kept, to be gone over for each row of the other
    assert not re.findall(r"Filter: \(\(?id = .*", plan)  # a row looked for among all of its city
