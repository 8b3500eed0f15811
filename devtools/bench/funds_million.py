"""A million entries and a hundred thousand loss claims: what a bank and an auditor ask of them, over HTTP.

`python -m devtools.bench.funds_million` makes the data, once, in var/bench; the benchmarks make it when it is missing.
Entries are posted by the ledger's own function, a thousand at a time, over two years, each month closed when it is
over; claims are plain rows.
"""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from devtools.bench.funds_city import CITY, FUND, FundsCity, funds_city
from devtools.bench.gateway_callers import paced, percentile_us
from devtools.bench.registry import Bar, Contest, benchmark
from devtools.databases import Database, prepare
from devtools.postgres import Server
from devtools.resilience.neighbours import BANK
from kernel.db import plain_dsn
from kernel.ids import encode_id, new_id
from kernel.migrating import head
from ledger.batch import POST, batch
from ledger.chart import open_accounts
from ledger.entries import Command, Entry, credit, debit
from services.funds.chart import Line, line_accounts, payable_account
from services.funds.journal import BOOK
from services.funds.payments.postings import Fact

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
CLAIMS = ENTRIES // 10
PAYEES, AT_ONCE, DAYS = 5_000, 1_000, 700
FIRST_DAY, MONTH_END, MIDDLE = date(2024, 12, 1), date(2026, 9, 30), date(2025, 11, 15)
RATE, CALLERS, SECONDS = 200, 20, 5
P99_MS_MAX, SECONDS_MAX, ROUTINE_MAX = 100, 1, 0.25
HOME = Path(__file__).resolve().parents[2] / "var" / "bench" / "funds-million"
_CLOSE = """
    SELECT ledger_close_period($1, $2, period, over_at, 'finance-1', 'finance-2')
      FROM (SELECT period, ((period || '-01')::date + interval '1 month')::timestamptz AS over_at,
                   lead(period) OVER (ORDER BY period) AS later
              FROM ledger_period WHERE city_code = $1 AND book = $2) p
     WHERE later IS NOT NULL ORDER BY period"""
_CLAIMS = """
    WITH numbered AS (SELECT n, gen_random_uuid() AS loan_id FROM generate_series(1, $2::integer) n), lent AS (
        INSERT INTO loan (id, city_code, bank_id, bank_reference, borrower_id, borrower_name, principal_fen,
                          covered_fen, disbursed_on, due_on, registered_on, registered_at, registered_by,
                          determination_id, refinances, status, version, recorded_at)
        SELECT loan_id, $1, $3, 'HT-' || n, gen_random_uuid(), '某某科技', 200000000, 200000000, '2025-01-01',
               '2025-06-01', '2025-01-01', '2025-01-01', 'bank-1', gen_random_uuid(), false, 'disbursed', 1,
               timestamptz '2025-01-01' + n * interval '1 second'
          FROM numbered)
    INSERT INTO loss_claim (id, city_code, bank_id, bank_reference, loan_id, case_id, outstanding_principal_fen,
                            outstanding_interest_fen, recovered_fen, other_public_fen, documents, asked_fen,
                            eligible_fen, approved_fen, paid_fen, lodged_on, lodged_at, lodged_by, status, reasons,
                            negligence, version, recorded_at)
    SELECT gen_random_uuid(), $1, $3, 'DC-' || n, loan_id, gen_random_uuid(), 100000000, 0, 0, 0, '[]', 100000000,
           0, 0, 0, '2025-09-01', '2025-09-01', 'bank-1', 'lodged', '[]', '[]', 1,
           timestamptz '2025-09-01' + n * interval '1 second'
      FROM numbered"""


@benchmark("funds.claims.p99_at_200_per_second", unit="ms", bars=[Bar(P99_MS_MAX, at_most=True)])
def a_bank_asks_where_its_claims_stand() -> Iterator[Contest]:
    with _million() as city:
        asked = asyncio.run(_claim_addresses(city.database))
        _p99_ms(city, asked)
        yield Contest(lambda: _p99_ms(city, asked))


@benchmark("funds.trial_balance.million", unit="s", bars=[Bar(SECONDS_MAX, at_most=True)])
def the_trial_balance_of_a_day_far_back() -> Iterator[Contest]:
    with _million() as city:
        path = "/v1/funds/books/trial-balance"
        # A day within a closed month half-way back: a whole year of turnover comes off, and half a month leg by leg.
        yield Contest(
            lambda: _seconds(city, f"{path}?effective_on={MIDDLE}"),
            {
                "now": lambda: _seconds(city, path),
                "month_end": lambda: _seconds(city, f"{path}?effective_on={MONTH_END}"),
                "known_then": lambda: _seconds(city, f"{path}?known_at={MIDDLE}T12:00:00Z"),
            },
        )


@benchmark("funds.assurance.million", unit="s", bars=[Bar(ROUTINE_MAX, of="whole", at_most=True)])
def every_invariant_now() -> Iterator[Contest]:
    with _million() as city:
        path = "/v1/funds/assurance"
        yield Contest(lambda: _seconds(city, path), {"whole": lambda: _seconds(city, f"{path}?whole=true")})


def _seconds(city: FundsCity, path: str) -> float:
    started = time.perf_counter()
    city.call("GET", path, role="auditor")
    return time.perf_counter() - started


def _p99_ms(city: FundsCity, asked: list[str]) -> float:
    """From the moment a question was due to the end of its answer."""
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {city.gateway.token}\r\n\r\n".encode()
        for path in asked
    ]
    tally = paced(city.gateway.port, requests, connections=CALLERS, per_second=RATE, seconds=SECONDS)
    if tally.failures:
        raise RuntimeError(f"{tally.failures} of {len(tally.durations)} questions failed")
    return percentile_us(tally, 99) / 1000


async def _claim_addresses(database: Database) -> list[str]:
    """Half by the bank's own reference, half by id."""
    connection: Any = await asyncpg.connect(plain_dsn(database.runtime_url))
    rows = await connection.fetch(
        "SELECT id, bank_reference FROM loss_claim WHERE city_code = $1 ORDER BY md5(bank_reference) LIMIT 2000", CITY
    )
    await connection.close()
    path = "/v1/funds/loan-pool/claims"
    return [
        f"{path}/{encode_id('clm', row['id'])}" if place % 2 else f"{path}?bank_reference={row['bank_reference']}"
        for place, row in enumerate(rows)
    ]


@contextmanager
def _million() -> Iterator[FundsCity]:
    with data() as (server, database), funds_city(server, database) as city:
        yield city


@contextmanager
def data() -> Iterator[tuple[Server, Database]]:
    """The server with the data, made when it is not there or is of another schema."""
    marker, made = HOME / "made", f"{head('funds')} {ENTRIES}"
    if not marker.exists() or marker.read_text() != made:
        shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True, exist_ok=True)
    with Server(HOME / "postgres", durable=True) as server:
        database = prepare(server.url, "funds", name="funds", passwords=HOME / "passwords")
        if not marker.exists():
            print(f"making {ENTRIES} entries in {HOME}, once", file=sys.stderr, flush=True)
            asyncio.run(_fill(database))
            marker.write_text(made)
        yield server, database


async def _fill(database: Database) -> None:
    engine = create_async_engine(database.runtime_url)
    payees = [new_id() for _ in range(PAYEES)]
    line = Line(FUND, 2025)
    async with async_sessionmaker(engine).begin() as session:
        chart = [*line_accounts(line), *(payable_account(line, one, name="某某机构") for one in payees)]
        await open_accounts(session, chart, city_code=CITY)
    await engine.dispose()
    connection: Any = await asyncpg.connect(plain_dsn(database.runtime_url))
    for first in range(0, ENTRIES, AT_ONCE):
        on = FIRST_DAY + timedelta(days=first * DAYS // ENTRIES)
        commands = [
            _command(line, payees[number * 7919 % PAYEES], on) for number in range(first, min(first + AT_ONCE, ENTRIES))
        ]
        now = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        row = await connection.fetchrow(POST, *batch(CITY, BOOK, now, commands).parameters)
        if not row["plain"]:
            raise RuntimeError("the data was not posted as it came")
    await connection.execute(_CLOSE, CITY, BOOK)
    await connection.execute(_CLAIMS, CITY, CLAIMS, BANK)
    await connection.close()
    owner: Any = await asyncpg.connect(plain_dsn(database.migrator_url))
    await owner.execute("VACUUM ANALYZE")
    await owner.close()


def _command(line: Line, payee: Any, on: date) -> Command:
    """Somebody is owed something."""
    entry = Entry(Fact.COMMITTED, on, [debit(line.expense, 10_000), credit(line.payable(payee), 10_000)],
                  reference=new_id())  # fmt: skip
    return Command(entry, new_id().hex, "person:finance-1", entry_id=new_id())


if __name__ == "__main__":
    with data():
        pass
