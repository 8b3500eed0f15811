"""Who tries to edit history is refused by the database; who switches the guards off is found."""

from datetime import date

import asyncpg
import pytest

from kernel import clock
from ledger.chart import close_account, open_accounts
from ledger.entries import Account, Kind
from ledger.reading import journal
from ledger.refusals import AccountClosed, AccountNotEmpty, AccountTaken
from ledger.verify import broken_link, daily_root
from tests.service.ledger.conftest import TODAY, City, transfer

pytestmark = pytest.mark.anyio

EDITS = [
    "UPDATE ledger_entry SET fact = 'other'",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry",
    "UPDATE ledger_leg SET amount_fen = 1",
    "DELETE FROM ledger_leg",
    "TRUNCATE ledger_leg",
    "DELETE FROM ledger_account",
    "DELETE FROM ledger_period",
    "DELETE FROM ledger_hold",
    "UPDATE ledger_account SET kind = 'asset', normal_side = 'D'",
]
WRITES = [
    *EDITS,
    "UPDATE ledger_account SET posted_fen = 10000000",
    "UPDATE ledger_account SET held_fen = 0",
    "UPDATE ledger_period SET status = 'closed'",
    "UPDATE ledger_hold SET status = 'voided'",
    "UPDATE ledger_turnover SET legs = 0",
    "INSERT INTO ledger_leg VALUES (gen_random_uuid(), 1, 'x', 1, 'D', 1, 1, 1)",
    "ALTER TABLE ledger_leg DISABLE TRIGGER ALL",
    "SELECT ledger_expire_holds('x', clock_timestamp(), ARRAY[1::bigint])",
]


@pytest.mark.parametrize("statement", WRITES)
async def test_the_runtime_role_writes_by_the_functions_alone(city: City, statement: str) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    async with city.runtime() as runtime:
        if statement.startswith("SELECT"):
            await runtime.execute("SET search_path = public")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.execute(statement)


@pytest.mark.parametrize("statement", EDITS)
async def test_even_the_owner_cannot_edit_by_mistake(city: City, statement: str) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    async with city.owner() as owner:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await owner.execute(statement)


ONE_SIDED = """
    WITH leg AS (INSERT INTO ledger_leg
        SELECT '0198c0de-0000-7000-8000-00000000{tail}', line, '{city}', a.id, 'D', 5, 5, a.version + line
          FROM ledger_account a, generate_series(1, {legs}) line WHERE city_code = '{city}' AND code = 'treasury')
    INSERT INTO ledger_entry SELECT '0198c0de-0000-7000-8000-00000000{tail}', city_code, book, period, number + 1, fact,
           reference, effective_on, recorded_at, actor, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'forged', body_hash,
           hash, hash FROM ledger_entry WHERE city_code = '{city}'
"""


@pytest.mark.parametrize(("legs", "tail"), [(2, "0001"), (1, "0002"), (0, "0003")])
async def test_an_entry_that_does_not_balance_is_refused_whoever_writes_it(city: City, legs: int, tail: str) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    async with city.owner() as owner:
        with pytest.raises(asyncpg.CheckViolationError, match=r"does not balance|has no legs"):
            await owner.execute(ONE_SIDED.format(city=city.code, legs=legs, tail=tail))


@pytest.mark.parametrize("further", ["{2}", "{-2,2}"])
async def test_legs_cannot_be_added_to_an_entry(city: City, further: str) -> None:
    posted = await city.post(transfer("treasury", "allotted", 100), key="money")
    async with city.owner() as owner:
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(
                "INSERT INTO ledger_leg SELECT entry_id, line + n, city_code, account_id, side, amount_fen, "
                "balance_after_fen, account_version + 10 + n FROM ledger_leg, unnest($2::text::integer[]) n "
                "WHERE entry_id = $1",
                posted.entry_id,
                further,
            )


async def test_a_spendable_balance_below_zero_is_refused_by_the_table_itself(city: City) -> None:
    async with city.owner() as owner:
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(
                "UPDATE ledger_account SET posted_fen = -1 WHERE city_code = $1 AND code = 'allotted'", city.code
            )


NEGATIVE = """
    WITH leg AS (INSERT INTO ledger_leg
        SELECT '0198c0de-0000-7000-8000-000000000009', line, l.city_code, account_id, side,
            -amount_fen, 0, account_version + 100 FROM ledger_leg l JOIN ledger_entry e ON e.id = entry_id
            WHERE l.city_code = '{city}')
    INSERT INTO ledger_entry (id, city_code, book, period, number, fact, effective_on, recorded_at, actor,
            idempotency_key, body_hash, prev_hash, hash)
    SELECT '0198c0de-0000-7000-8000-000000000009', city_code, book, period, number + 1, fact, effective_on, recorded_at,
            actor, 'negative', body_hash, hash, hash FROM ledger_entry WHERE city_code = '{city}'
"""
WORDS = [
    "UPDATE ledger_account SET status = 'gone' WHERE code = 'spent' AND city_code = '{city}'",
    "UPDATE ledger_account SET held_fen = -1 WHERE code = 'spent' AND city_code = '{city}'",
    "UPDATE ledger_period SET status = 'closed' WHERE city_code = '{city}'",
    "UPDATE ledger_period SET status = 'closed', closed_at = now(), closed_by = 'a', close_approved_by = 'a'",
    NEGATIVE,
]


ENTRY = """
    WITH leg AS (INSERT INTO ledger_leg
        SELECT '0198c0de-0000-7000-8000-000000000009', line, l.city_code, account_id, side,
               amount_fen, 0, account_version + 100 FROM ledger_leg l WHERE l.city_code = '{city}')
    INSERT INTO ledger_entry (id, city_code, book, period, effective_on, recorded_at, idempotency_key, body_hash,
            prev_hash, hash, number, fact, actor, reverses, hold_fen)
    SELECT '0198c0de-0000-7000-8000-000000000009', city_code, book, period, effective_on, recorded_at, 'forged',
            body_hash, hash, hash, {values} FROM ledger_entry WHERE city_code = '{city}'
"""
NO_ENTRIES = {
    "number": "0, fact, actor, NULL, NULL",
    "fact": "number + 1, E'a\\nb', actor, NULL, NULL",
    "actor": "number + 1, fact, E'a\\nb', NULL, NULL",
    "reversal without reason": "number + 1, fact, actor, id, NULL",
    "hold without its id": "number + 1, fact, actor, NULL, 5",
}


@pytest.mark.parametrize("values", NO_ENTRIES.values(), ids=NO_ENTRIES)
async def test_what_is_no_entry_is_refused_by_its_guard(city: City, values: str) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    async with city.owner() as owner:
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await owner.execute(ENTRY.format(city=city.code, values=values))
    assert refused.value.constraint_name == "ledger_entry_stands"


@pytest.mark.parametrize("statement", WORDS)
async def test_what_the_books_do_not_know_is_refused_by_the_tables(city: City, statement: str) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    async with city.owner() as owner:
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(statement.format(city=city.code))


REMOVE = (
    "WITH e AS (DELETE FROM ledger_entry WHERE number = {number} RETURNING id) "
    "DELETE FROM ledger_leg USING e WHERE entry_id = e.id"
)
FORGERIES = {
    "UPDATE ledger_entry SET actor = 'nobody' WHERE number = 2": {"body_changed"},
    "UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 day' WHERE number = 2": {"link_changed"},
    "UPDATE ledger_entry SET idempotency_key = 'other' WHERE number = 2": {"link_changed"},
    "UPDATE ledger_leg SET amount_fen = 31 WHERE amount_fen = 30": {
        "balance_differs", "body_changed", "running_balance_differs",
    },
    "UPDATE ledger_account SET posted_fen = 99 WHERE code = 'spent'": {"balance_differs"},
    "UPDATE ledger_account SET held_fen = 5 WHERE code = 'allotted'": {"held_differs"},
    REMOVE.format(number=3): {
        "balance_differs", "chain_cut",
    },
    REMOVE.format(number=2): {
        "balance_differs", "chain_broken", "number_gap", "running_balance_differs",
    },
    "UPDATE ledger_period SET opening_hash = sha256('x')": {"chain_broken", "opening_unknown"},
    "DROP INDEX uq_ledger_entry_key": {"guard_missing"},
    **{
        f"ALTER TABLE {table} DISABLE TRIGGER {guard}": {"guard_missing"}
        for table, guard in (
            ("ledger_entry", "ledger_append_only"),
            ("ledger_leg", "ledger_entry_balances"),
            ("ledger_entry", "ledger_entry_stands"),
            ("ledger_hold", "ledger_hold_ends_once"),
            ("ledger_account", "ledger_account_stays"),
            ("ledger_account", "ledger_account_words"),
            ("ledger_account", "ledger_account_status"),
            ("ledger_period", "ledger_period_four_eyes"),
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_what_is_changed_behind_the_guards_is_found(city: City, forgery: str) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    await city.post(transfer("allotted", "spent", 30), key="payment")
    await city.post(transfer("allotted", "encumbered", 20), key="encumbrance")
    city.tampered.append(forgery)
    async with city.owner() as owner, owner.transaction():
        if forgery.startswith(("ALTER", "DROP")):
            await owner.execute(forgery)
        else:
            await behind_the_guards(
                owner, f"{forgery}{' AND' if 'WHERE' in forgery else ' WHERE'} city_code = '{city.code}'"
            )
        found = await owner.fetch("SELECT check_name FROM ledger_verify($1)", city.code)
        assert {flaw["check_name"] for flaw in found} == FORGERIES[forgery]
        routine = await owner.fetch("SELECT check_name FROM ledger_verify($1, false)", city.code)
        assert {flaw["check_name"] for flaw in routine} == FORGERIES[forgery] - {"opening_unknown"}
        await owner.execute("ROLLBACK")
        await owner.execute("BEGIN")
    assert await city.flaws() == []


# (the whole verification, the routine one) after a change in a closed month
CLOSED = {
    "UPDATE ledger_entry SET actor = 'nobody' WHERE period = '2026-09'": ({"body_changed"}, set()),
    "UPDATE ledger_entry SET hash = sha256('x') WHERE period = '2026-09'": (
        {"chain_cut", "link_changed", "opening_unknown"}, {"chain_cut"},
    ),
    REMOVE.format(number="1 AND period = '2026-09'"): (
        {"balance_differs", "chain_cut", "opening_unknown", "running_balance_differs", "turnover_differs"},
        {"chain_cut", "running_balance_differs"},
    ),
    "UPDATE ledger_leg SET amount_fen = 31 WHERE amount_fen = 100": (
        {"balance_differs", "body_changed", "running_balance_differs", "turnover_differs"}, set(),
    ),
    "UPDATE ledger_leg SET account_id = -1 WHERE amount_fen = 100 AND side = 'C'": (
        {"balance_differs", "body_changed", "leg_without_account", "running_balance_differs", "turnover_differs"},
        {"running_balance_differs"},
    ),
    "DELETE FROM ledger_entry WHERE period = '2026-11'": (
        {"chain_cut", "leg_without_entry"}, {"balance_differs", "chain_cut"},
    ),
    "UPDATE ledger_account SET posted_fen = 99 WHERE code = 'spent'": ({"balance_differs"}, {"balance_differs"}),
    "UPDATE ledger_turnover SET debits_fen = debits_fen + 1": ({"turnover_differs"}, {"balance_differs"}),
    "UPDATE ledger_turnover SET month = '2026-08'": ({"turnover_differs"}, set()),
    "DELETE FROM ledger_turnover WHERE true": ({"turnover_differs"}, {"balance_differs"}),
    "DELETE FROM ledger_period WHERE period = '2026-09'": (
        {"period_missing", "turnover_differs"}, {"period_missing"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", CLOSED)
async def test_a_closed_month_is_verified_whole_and_vouched_for_by_its_turnover(city: City, forgery: str) -> None:
    await city.post(transfer("treasury", "allotted", 100, on=date(2026, 9, 1)), key="money")
    await city.close("2026-09")
    await city.post(transfer("allotted", "spent", 30), key="payment")
    city.tampered.append(forgery)
    async with city.owner() as owner, owner.transaction():
        await behind_the_guards(
            owner, f"{forgery}{' AND' if 'WHERE' in forgery else ' WHERE'} city_code = '{city.code}'"
        )
        for whole, expected in zip((True, False), CLOSED[forgery], strict=True):
            found = await owner.fetch("SELECT check_name FROM ledger_verify($1, $2)", city.code, whole)
            assert {flaw["check_name"] for flaw in found} == expected
        await owner.execute("ROLLBACK")
        await owner.execute("BEGIN")
    assert await city.flaws() == []


async def behind_the_guards(owner: object, statement: str) -> None:
    tables = ("ledger_entry", "ledger_leg", "ledger_account", "ledger_period")
    for table in tables:
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await owner.execute(statement)
    for table in tables:
        await owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def test_a_chain_can_be_followed_without_the_database(city: City) -> None:
    for n in range(3):
        await city.post(transfer("treasury", "allotted", 100 + n), key=f"金额 {n}")
    async with city.session() as session:
        entries = await journal(session, city_code=city.code, book="funds")
    async with city.runtime() as runtime:
        opening = await runtime.fetchval("SELECT opening_hash FROM ledger_period WHERE city_code = $1", city.code)
    assert broken_link(entries, opening=opening) is None
    assert broken_link(entries[1:], opening=opening) == entries[1]
    assert broken_link(entries, opening=b"other") == entries[0]


async def test_the_daily_root_stays_when_later_days_are_posted_and_changes_with_the_past(city: City) -> None:
    first = await city.post(transfer("treasury", "allotted", 100), key="money")
    day = clock.on_date(first.recorded_at)  # the city's day, not that of the machine's zone
    async with city.session() as session:
        root = await daily_root(session, city_code=city.code, on=day)
        before = await daily_root(session, city_code=city.code, on=TODAY.replace(year=2020))
    assert (root.entries, root.chains) == (1, 1)
    assert (before.entries, before.chains) == (0, 0)
    await city.post(transfer("treasury", "allotted", 1), key="more")
    async with city.session() as session:
        assert (await daily_root(session, city_code=city.code, on=day)).root != root.root
        assert await daily_root(session, city_code=city.code, on=TODAY.replace(year=2020)) == before


async def test_an_account_code_never_stands_for_something_else(city: City) -> None:
    async with city.session() as session:
        await open_accounts(session, [Account("pool", Kind.ASSET, "资金池", "Pool")], city_code=city.code)
        await open_accounts(session, [Account("pool", Kind.ASSET, "资金池", "Pool")], city_code=city.code)
        with pytest.raises(AccountTaken) as refused:
            await open_accounts(session, [Account("pool", Kind.EXPENSE, "资金池", "Pool")], city_code=city.code)
    assert refused.value.facts == {"accounts": ["pool"]}


async def test_only_an_empty_account_closes_and_then_takes_no_entry(city: City) -> None:
    await city.post(transfer("treasury", "allotted", 100), key="money")
    async with city.session() as session:
        with pytest.raises(AccountNotEmpty):
            await close_account(session, "allotted", city_code=city.code)
    await city.post(transfer("allotted", "spent", 100), key="all of it")
    async with city.session() as session:
        await close_account(session, "allotted", city_code=city.code)
    with pytest.raises(AccountClosed):
        await city.post(transfer("treasury", "allotted", 1), key="late")
