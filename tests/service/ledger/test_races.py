"""Many at once on real connections: nothing twice, nothing lost, nothing below zero, no number missing."""

import asyncio
import contextlib
from collections import Counter

import asyncpg
import pytest

from kernel.db import plain_dsn
from kernel.problems import Unavailable
from ledger.batch import Posted
from ledger.batcher import GroupCommit, Poster
from ledger.entries import Capture, Entry, credit, debit, reversal
from ledger.links import Books
from ledger.posting import try_post
from ledger.reading import journal
from ledger.refusals import AlreadyReversed, HoldExceeded, Insufficient, KeyReused
from tests.service.ledger.conftest import TODAY, City, command, poster, transfer
from tests.service.ledger.test_stories import hold

pytestmark = pytest.mark.anyio


async def settle(*awaitables: object) -> list[object]:
    return list(await asyncio.gather(*awaitables, return_exceptions=True))


def by_both_ways(city: City, batcher: Poster, entry: Entry, *, times: int) -> list[object]:
    """The same entry with a key of its own each time, half of them through the batcher."""
    return [
        city.post(entry, key=f"k{n}")
        if n % 2
        else batcher.post(command(entry, f"k{n}"), city_code=city.code, book="funds")
        for n in range(times)
    ]


def kinds(outcomes: list[object]) -> Counter[type]:
    return Counter(type(outcome) for outcome in outcomes)


async def test_thirty_clerks_spend_one_pot_only_as_long_as_it_lasts(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    outcomes = await settle(*(city.post(transfer("allotted", "spent", 7), key=f"clerk {n}") for n in range(30)))
    assert kinds(outcomes) == {Posted: 14, Insufficient: 16}
    numbers = sorted(outcome.number for outcome in outcomes if isinstance(outcome, Posted))
    assert numbers == list(range(2, 16))
    assert await city.balances() == {"treasury": 100, "allotted": 2, "spent": 98}


async def test_opposite_transfers_do_not_deadlock(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 1000), key="a")
    await city.post(transfer("treasury", "encumbered", 1000), key="b")
    there = (city.post(transfer("allotted", "encumbered", 1), key=f"there {n}") for n in range(15))
    back = (city.post(transfer("encumbered", "allotted", 1), key=f"back {n}") for n in range(15))
    assert kinds(await settle(*there, *back)) == {Posted: 30}
    assert await city.balances() == {"treasury": 2000, "allotted": 1000, "encumbered": 1000}


async def test_one_key_sent_twenty_times_at_once_posts_once(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    pay = transfer("allotted", "spent", 60)
    async with poster(city) as batcher:
        through_batcher = [batcher.post(command(pay, "pay"), city_code=city.code, book="funds") for _ in range(10)]
        outcomes = await settle(*(city.post(pay, key="pay") for _ in range(10)), *through_batcher)
    assert kinds(outcomes) == {Posted: 20}
    assert len({outcome.entry_id for outcome in outcomes if isinstance(outcome, Posted)}) == 1
    assert [outcome.duplicate for outcome in outcomes if isinstance(outcome, Posted)].count(False) == 1
    assert await city.balances() == {"treasury": 100, "allotted": 40, "spent": 60}


async def test_a_key_twice_inside_one_batch_posts_once_and_another_body_is_refused(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    commands = [
        command(transfer("allotted", "spent", 60), "pay"),
        command(transfer("allotted", "spent", 60), "pay"),
        command(transfer("allotted", "spent", 10), "pay"),
        command(transfer("allotted", "spent", 40), "rest"),
    ]
    async with city.session() as session:
        first, again, other, rest = await try_post(session, commands, city_code=city.code, book="funds")
    assert isinstance(first, Posted)
    assert isinstance(again, Posted)
    assert isinstance(rest, Posted)
    assert isinstance(other, KeyReused)
    assert (again.entry_id, again.number, again.duplicate) == (first.entry_id, first.number, True)
    assert await city.balances() == {"treasury": 100, "allotted": 0, "spent": 100}


async def test_a_refused_key_may_be_used_again_when_there_is_money(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 10), key="money")
    pay = transfer("allotted", "spent", 60)
    with pytest.raises(Insufficient):
        await city.post(pay, key="pay")
    await city.post(transfer("treasury", "allotted", 50), key="more money")
    assert not (await city.post(pay, key="pay")).duplicate


async def test_ten_captures_of_one_hold_take_no_more_than_it_holds(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    hold_id = await hold(city, 50, key="hold")
    legs = [debit("allotted", 20), credit("spent", 20)]
    capture = Entry("paid", TODAY, legs, capture=Capture(hold_id, 20))
    async with poster(city) as batcher:
        outcomes = await settle(*by_both_ways(city, batcher, capture, times=10))
    assert kinds(outcomes) == {Posted: 2, HoldExceeded: 8}
    assert await city.balances() == {"treasury": 100, "allotted": 60, "spent": 40}


async def test_ten_reversals_of_one_entry_go_through_once(city: City) -> None:
    legs = [debit("allotted", 60), credit("spent", 60)]
    await city.post(transfer("treasury", "allotted", 100), key="money")
    posted = await city.post(Entry("paid", TODAY, legs), key="payment")
    back = reversal(legs, of=posted.entry_id, fact="payment_reversed", effective_on=TODAY, reason="wrong payee")
    async with poster(city) as batcher:
        outcomes = await settle(*by_both_ways(city, batcher, back, times=10))
    assert kinds(outcomes) == {Posted: 1, AlreadyReversed: 9}


async def test_numbers_have_no_gap_when_transactions_abort(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")

    async def abort(n: int) -> None:
        async with city.session() as session:
            await try_post(
                session, [command(transfer("allotted", "spent", 1), f"lost {n}")], city_code=city.code, book="funds"
            )
            raise LookupError

    outcomes = await settle(
        *(abort(n) if n % 2 else city.post(transfer("allotted", "spent", 1), key=f"kept {n}") for n in range(20))
    )
    assert kinds(outcomes) == {Posted: 10, LookupError: 10}
    async with city.session() as session:
        entries = await journal(session, city_code=city.code)
    assert [entry.posted.number for entry in entries] == list(range(1, 12))


async def test_a_batch_decides_each_command_on_its_own(city: City) -> None:
    async with poster(city) as batcher:

        def send(entry: Entry, key: str) -> object:
            return batcher.post(command(entry, key), city_code=city.code, book="funds")

        await send(transfer("treasury", "allotted", 100), "money")
        outcomes = await settle(
            send(transfer("allotted", "spent", 90), "a"),
            send(transfer("allotted", "spent", 90), "b"),
            send(transfer("allotted", "nowhere", 1), "c"),
            send(transfer("allotted", "spent", 10), "d"),
        )
    assert [getattr(outcome, "code", "posted") for outcome in outcomes] == [
        "posted",
        "insufficient_available",
        "unknown_account",
        "posted",
    ]
    assert await city.balances() == {"treasury": 100, "allotted": 0, "spent": 100}


async def test_one_command_the_database_chokes_on_fails_alone(city: City) -> None:
    async with poster(city) as batcher:
        overflow = transfer("treasury", "allotted", 2**62)
        good = [transfer("treasury", "allotted", 1)] * 5
        outcomes = await settle(
            *(batcher.post(command(overflow, f"o{n}"), city_code=city.code, book="funds") for n in range(2)),
            *(batcher.post(command(entry, f"g{n}"), city_code=city.code, book="funds") for n, entry in enumerate(good)),
        )
    assert kinds(outcomes) == {Posted: 6, asyncpg.NumericValueOutOfRangeError: 1}
    assert (await city.balances())["allotted"] == 2**62 + 5


async def test_a_backend_killed_in_mid_flight_loses_and_doubles_nothing(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 1_000_000), key="money")

    async def assassin(database_url: str, *, victims: int) -> None:
        connection = await asyncpg.connect(plain_dsn(database_url))
        while victims > 0:
            victims -= await connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = 'ledger-batcher' AND datname = current_database() AND state = 'active'"
            )
            await asyncio.sleep(0.005)
        await connection.close()

    async with poster(city) as batcher:

        async def client(n: str) -> int:
            answered = 0
            for m in range(12):
                pay = command(transfer("allotted", "spent", 1), f"{n}.{m}")
                posted = None
                while posted is None:  # as any caller does on 503
                    with contextlib.suppress(Unavailable):
                        posted = await batcher.post(pay, city_code=city.code, book="funds")
                answered += 1
            return answered

        hunting = asyncio.create_task(assassin(city.database.runtime_url, victims=5))
        answered = 0
        while not hunting.done() or not answered:
            answered += sum(await asyncio.gather(*(client(f"{answered}.{n}") for n in range(16))))
        await hunting
    assert await city.balances() == {"treasury": 1_000_000, "allotted": 1_000_000 - answered, "spent": answered}


async def test_closing_answers_everyone_who_waits_and_takes_no_more(city: City) -> None:
    batcher = Poster(city.database.runtime_url)
    batcher.start()
    waiting = [
        asyncio.create_task(
            batcher.post(command(transfer("treasury", "allotted", 1), f"w{n}"), city_code=city.code, book="funds")
        )
        for n in range(300)
    ]
    await asyncio.sleep(0)
    await batcher.close()
    assert kinds([task.result() for task in waiting]) == {Posted: 300}
    with pytest.raises(Unavailable):
        await batcher.post(command(transfer("treasury", "allotted", 1), "late"), city_code=city.code, book="funds")
    assert await city.balances() == {"treasury": 300, "allotted": 300}


async def test_what_is_answered_is_durable_although_the_books_were_free_before(city: City) -> None:
    async def write(books: Books, _group: object, _commands: object) -> list[str]:
        await books.fetchrow("SELECT pg_logical_emit_message(false, 'test', 'written, not flushed')")
        return [(await books.fetchrow("SELECT pg_current_wal_insert_lsn()::text AS written"))["written"]]

    batcher: GroupCommit[str, str] = GroupCommit(
        f"{city.database.runtime_url}?options=-csynchronous_commit%3Don", write, conflicts=lambda command: (command,)
    )
    batcher.start()
    written = await batcher.submit("command", "group")
    async with city.runtime() as connection:
        assert await connection.fetchval("SELECT pg_current_wal_flush_lsn() >= $1::text::pg_lsn", written)
    await batcher.close()


async def test_cities_do_not_share_a_batch(city: City) -> None:
    async with poster(city) as batcher:
        outcomes = await settle(
            batcher.post(command(transfer("treasury", "allotted", 1), "one"), city_code=city.code, book="funds"),
            batcher.post(command(transfer("treasury", "allotted", 1), "one"), city_code="nowhere", book="funds"),
            batcher.post(command(transfer("treasury", "allotted", 1), "two"), city_code=city.code, book="other"),
        )
    assert [getattr(outcome, "code", None) or outcome.document for outcome in outcomes] == [
        "funds-2026-11-000001",
        "unknown_account",
        "other-2026-11-000001",
    ]
