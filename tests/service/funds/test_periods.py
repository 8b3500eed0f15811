"""Months are closed by two people on green books, and opened again; each day ends with a root one can keep outside."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from devtools.databases import Database
from kernel import clock
from kernel.commands import Unsound
from kernel.db import plain_dsn
from ledger.__main__ import verify
from ledger.entries import Command, Entry
from ledger.posting import post_all
from ledger.proofs import Head, Link, Proof, proves
from ledger.reading import journal
from services.funds.assurance.__main__ import audit_all
from tests.service.funds.city import FUND, City
from tests.service.ledger.test_tampering import behind_the_guards

pytestmark = pytest.mark.anyio
YUAN = 100
BOOKS = "/v1/funds/books"


async def move_clock(city: City, days: int) -> None:
    """To noon, so many days after the real one: at midnight what a day brings has yet to happen."""
    noon = clock.start_of(clock.on_date(clock.real_now()) + timedelta(days=days)) + timedelta(hours=12)
    moved = {"city_code": city.code, "offset_seconds": int((noon - clock.real_now()).total_seconds())}
    await city.process.tell("city.clock_moved", moved, city=city.code, subject=city.code)


async def roots_told(city: City) -> list[dict[str, Any]]:
    """What was told of roots, once the timer of the day has fired."""
    for _ in range(100):
        told = await city.events("journal.rooted")
        if told:
            return told
        await asyncio.sleep(0.05)
    return []


async def propose(city: City, month: str, change: str = "close", *, who: str = "finance-1", status: int = 201) -> Any:
    body = {"change": change, "reason": "账务核对无误"}
    return await city.post(who, f"{BOOKS}/periods/{month}/changes", body, status=status)


async def decide(city: City, proposal: Any, *, who: str = "finance-2", approve: bool = True, status: int = 200) -> Any:
    body = {"approve": approve, "opinion": "同意"}
    return await city.post(who, f"{BOOKS}/period-changes/{proposal['id']}/decision", body, status=status)


async def looked_at(city: City, query: str = "") -> tuple[Any, ...]:
    """Whether a self-audit is green, how many entries it read and how many closed months vouched for, since when."""
    found = await city.get(f"/v1/funds/assurance{query}")
    return tuple(found[name] for name in ("green", "entries_read", "entries_covered", "covered_at"))


async def a_month_later(city: City) -> str:
    """Money is appropriated, the month ends. Answers that month."""
    await city.budget(1_000 * YUAN)
    month = city.today[:7]
    await move_clock(city, 40)
    return month


async def test_a_month_closes_by_two_people_and_late_entries_go_to_the_next(city: City) -> None:
    month = await a_month_later(city)
    proposal = await propose(city, month)
    own = await decide(city, proposal, who="finance-1", status=409)
    assert [reason["code"] for reason in own["reasons"]] == ["prepared_by_same_person"]
    decided = await decide(city, proposal)
    assert (decided["status"], decided["decided_by"]) == ("approved", "person:finance-2")
    (closed,) = (await city.get(f"{BOOKS}/periods"))["items"]
    assert (closed["status"], closed["entries"]) == ("closed", 2)
    assert (closed["closed_by"], closed["close_approved_by"]) == ("person:finance-1", "person:finance-2")
    assert [told["change"] for told in await city.events("period.changed")] == ["close"]
    assert await looked_at(city) == (True, 0, 2, closed["closed_at"])

    path = f"/v1/funds/budgets/{FUND}/{city.year}/appropriations"
    await city.post("finance-1", path, {"amount_fen": 100, "document": "补记"}, status=201)
    periods = (await city.get(f"{BOOKS}/periods"))["items"]
    assert [period["period"] for period in periods] == [month, city.today[:7]]
    assert periods[0]["entries"] == 2
    await city.assert_sound()
    assert await looked_at(city) == (True, 1, 2, closed["closed_at"])
    assert await looked_at(city, "?whole=true") == (True, 3, 0, None)


async def test_a_month_that_runs_or_is_unknown_or_closed_does_not_close(city: City) -> None:
    await city.budget(1_000 * YUAN)
    running = city.today[:7]
    proposal = await propose(city, running)
    assert (await decide(city, proposal, status=409))["code"] == "period_not_over"
    assert (await propose(city, running, status=409))["code"] == "period_change_proposed"
    declined = await decide(city, proposal, approve=False)
    assert (declined["status"], declined["opinion"]) == ("declined", "同意")
    assert (await decide(city, proposal, status=409))["code"] == "move_not_allowed"
    assert (await propose(city, "2001-01", status=404))["code"] == "not_found"
    await city.post("finance-1", f"{BOOKS}/periods/2026-13/changes", {"change": "close", "reason": "x"}, status=422)
    await city.post("officer-1", f"{BOOKS}/periods/{running}/changes", {"change": "close", "reason": "x"}, status=403)
    await move_clock(city, 40)
    await decide(city, await propose(city, running))
    assert (await decide(city, await propose(city, running), status=409))["code"] == "period_closed"


async def test_only_the_last_closed_month_opens_again(city: City) -> None:
    first = await a_month_later(city)
    await city.budget(10 * YUAN)
    second = city.today[:7]
    await move_clock(city, 80)
    assert (await decide(city, await propose(city, second), status=409))["code"] == "earlier_period_open"
    (open_proposal,) = [
        one for one in (await city.get(f"{BOOKS}/period-changes"))["items"] if one["status"] == "proposed"
    ]
    await decide(city, open_proposal, approve=False)
    for month in (first, second):
        await decide(city, await propose(city, month))
    assert (await decide(city, await propose(city, first, "reopen"), status=409))["code"] == "later_period_closed"
    await decide(city, await propose(city, second, "reopen"))
    periods = (await city.get(f"{BOOKS}/periods"))["items"]
    assert [(period["status"], period["reopened_by"]) for period in periods] == [
        ("closed", None), ("open", "person:finance-1"),
    ]  # fmt: skip
    await city.assert_sound()


async def test_a_month_does_not_close_on_books_that_do_not_add_up(city: City) -> None:
    month = await a_month_later(city)
    async with city.process.app.state.sessions() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "INSERT INTO appropriation SELECT gen_random_uuid(), city_code, fund, policy_year, payer_level, 500, 'x',"
            " NULL, entry_id, made_by, made_at, recorded_at FROM appropriation WHERE city_code = $1",
            (city.code,),
        )
        await session.commit()
    refused = await decide(city, await propose(city, month), status=409)
    assert [reason["facts"]["check"] for reason in refused["reasons"]] == ["authority_equals_appropriations"]
    (still,) = (await city.get(f"{BOOKS}/periods"))["items"]
    assert still["status"] == "open"


async def unsound(city: City, proposal: Any) -> list[str]:
    """What stands against closing, as the journal's own check tells it."""
    refused = await decide(city, proposal, status=409)
    assert "journal_sound" in [reason["facts"]["check"] for reason in refused["reasons"]]
    checks = (await city.get("/v1/funds/assurance?whole=true"))["checks"]
    return [one["detail"].partition(":")[0] for one in checks[0]["breaks"]]


async def unsound_lines(city: City, command: Callable[[AsyncSession], AsyncIterator[str]]) -> list[str]:
    """What an operator's command says of this city before it ends as unsound."""
    said: list[str] = []

    async def listen(session: AsyncSession) -> None:
        async for line in command(session):
            said.append(line)  # noqa: PERF401 - a comprehension that raises at its end would keep nothing

    async with city.process.app.state.sessions() as session, session.begin():
        with pytest.raises(Unsound):
            await listen(session)
    return [line for line in said if line.startswith((city.code, "  journal_sound …"))]


async def test_closing_verifies_the_month_from_its_opening_and_older_ones_stay_verified_by_who_asks_for_the_whole(
    city: City, database: Callable[[str], Database]
) -> None:
    first = await a_month_later(city)
    await decide(city, await propose(city, first))
    await city.budget(10 * YUAN)
    second = city.today[:7]
    await move_clock(city, 80)
    proposal = await propose(city, second)
    of = f"city_code = '{city.code}' AND period = '{{}}'".format
    connection = await asyncpg.connect(plain_dsn(database("funds").migrator_url))
    try:
        (before,) = await connection.fetch(f"SELECT actor FROM ledger_entry WHERE {of(second)} AND number = 1")
        await behind_the_guards(connection, f"UPDATE ledger_entry SET actor = 'x' WHERE {of(second)} AND number = 1")
        assert await unsound(city, proposal) == ["body_changed"]
        await behind_the_guards(
            connection, f"UPDATE ledger_entry SET actor = '{before['actor']}' WHERE {of(second)} AND number = 1"
        )
        await behind_the_guards(connection, f"UPDATE ledger_entry SET actor = 'x' WHERE {of(first)}")
        await decide(city, proposal)
    finally:
        await connection.close()
    assert (await looked_at(city))[:3] == (True, 0, 4)
    assert (await looked_at(city, "?whole=true"))[:3] == (False, 4, 0)
    with patch("services.funds.assurance.queries.SHOWN_MAX", 1):
        red, more = await unsound_lines(city, audit_all)
    assert (red.split(",")[0], more) == (f"{city.code}: RED", "  journal_sound … and 1 more")
    assert await unsound_lines(city, verify) == [f"{city.code}: 4 entries, 2 flaws"]


async def test_a_month_whose_chain_hangs_in_the_air_does_not_close(
    city: City, database: Callable[[str], Database]
) -> None:
    """Rewritten from its first entry on it follows from its opening; but that is the end of nothing before it."""
    await decide(city, await propose(city, await a_month_later(city)))
    path = f"/v1/funds/budgets/{FUND}/{city.year}/appropriations"
    await city.post("finance-1", path, {"amount_fen": 100, "document": "补记"}, status=201)
    second = city.today[:7]
    await move_clock(city, 80)
    of = f"city_code = '{city.code}' AND period = '{second}'"
    connection = await asyncpg.connect(plain_dsn(database("funds").migrator_url))
    try:
        await behind_the_guards(
            connection,
            f"""
            UPDATE ledger_entry SET prev_hash = sha256('x'), hash = ledger_link(sha256('x'), body_hash, id,
                   idempotency_key, period, number, (extract(epoch FROM recorded_at) * 1000000)::bigint::text)
             WHERE {of};
            UPDATE ledger_period SET opening_hash = sha256('x'), head_hash = (SELECT hash FROM ledger_entry WHERE {of})
             WHERE {of};
            """,
        )
    finally:
        await connection.close()
    assert await unsound(city, await propose(city, second)) == ["opening_unknown"]


async def test_two_who_decide_at_once_decide_once(city: City) -> None:
    month = await a_month_later(city)
    proposal = await propose(city, month)
    path = f"{BOOKS}/period-changes/{proposal['id']}/decision"
    both = [city.call(who, "POST", path, {"approve": True}) for who in ("finance-2", "finance-3")]
    answers = await asyncio.gather(*both)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await city.events("period.changed")) == 1


async def test_a_day_ends_with_a_root_and_each_entry_proves_itself_against_it(city: City) -> None:
    await city.budget(1_000 * YUAN)
    day = city.today
    entries = (await city.get(f"{BOOKS}/journal"))["items"]
    early = await city.call("auditor-1", "GET", f"{BOOKS}/journal/{entries[0]['id']}/proof")
    assert (early.status_code, early.json()["code"]) == (409, "day_not_over")
    await move_clock(city, 1)
    (told,) = await roots_told(city)
    assert (told["on"], told["entries"], told["chains"]) == (day, 2, 1)
    assert told["root"] == (await city.get(f"{BOOKS}/roots/{day}"))["root"]
    for entry in entries:
        proof = read_proof(await city.get(f"{BOOKS}/journal/{entry['id']}/proof"))
        assert proves(proof, root=told["root"])
        assert not proves(forged(proof), root=told["root"])
        assert not proves(proof, root="00" * 32)
    await city.assert_sound()


async def test_what_was_under_way_when_the_day_was_told_belongs_to_the_next(city: City) -> None:
    """A posting reads the clock, the city's clock passes midnight and the root is told, the posting commits."""
    await city.budget(1_000 * YUAN)
    async with city.process.app.state.sessions() as session:
        before, (told_of, *_) = clock.now(city.code), await journal(session, city_code=city.code)
    await move_clock(city, 1)
    assert await roots_told(city)
    again = Entry(told_of.fact, told_of.effective_on, told_of.legs)
    async with city.process.app.state.sessions() as session:
        command = Command(again, "under way", "person:finance-1")
        (posted,) = await post_all(session, [command], city_code=city.code, book="funds", now=before)
        await session.commit()
    assert clock.on_date(posted.recorded_at) == date.fromisoformat(city.today)
    found = await city.get("/v1/funds/assurance")
    assert [check["green"] for check in found["checks"] if check["check"] == "roots_still_hold"] == [True]


async def test_books_that_were_rewritten_no_longer_give_the_root_they_gave(city: City) -> None:
    """Stands for whoever rewrote a whole chain consistently: what was told before differs all the same."""
    await city.budget(1_000 * YUAN)
    async with city.process.app.state.sessions() as session:
        connection = await session.connection()
        told = (city.code, date.fromisoformat(city.today), b"another root", clock.real_now())
        await connection.exec_driver_sql("INSERT INTO journal_root VALUES ($1, $2, $3, 2, 1, $4)", told)
        await session.commit()
        with pytest.raises(IntegrityError, match="append-only"):
            await (await session.connection()).exec_driver_sql("DELETE FROM journal_root")
    found = await city.get("/v1/funds/assurance")
    assert [check["check"] for check in found["checks"] if not check["green"]] == ["roots_still_hold"]


def read_proof(said: dict[str, Any]) -> Proof:
    return Proof(
        said["city_code"],
        date.fromisoformat(said["on"]),
        said["root"],
        said["book"],
        said["period"],
        tuple(said["lines"]),
        said["before"],
        tuple(Link(link["body"], tuple(link["assigned"])) for link in said["links"]),
        tuple(Head(**head) for head in said["heads"]),
    )


def forged(proof: Proof) -> Proof:
    """The same proof for another amount."""
    lines = (*proof.lines[:-1], proof.lines[-1].replace("000", "001", 1))
    return Proof(**{name: getattr(proof, name) for name in Proof.__slots__} | {"lines": lines})
