"""The books the ledger is measured on, and the fixed reference beside them: both on one durable server."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from devtools.databases import Database, prepare
from devtools.postgres import Server, throwaway_home
from kernel.db import plain_dsn
from kernel.provisioning import at_database
from ledger.chart import open_accounts
from ledger.entries import Account, Command, Entry, Kind, Side, credit, debit
from ledger.posting import post_all
from ledger.verify import audit

CITY, BOOK, POOL, DAY = "320300", "bench", "pool", date(2026, 11, 20)
SOURCES = 5_000  # and as many targets: 10,000 accounts
FORTUNE = 10**14
SECONDS = 3
CLIENTS = (1, 2, 4, 8, 16)
SEGMENTS = 64

# One transfer, nothing but the money: the least a double entry with a unique key can be in PostgreSQL.
_REFERENCE = """
CREATE TABLE purse (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0)) WITH (fillfactor = 50);
CREATE TABLE transfer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL UNIQUE,
                       at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE movement (transfer_id bigint NOT NULL, purse_id bigint NOT NULL, amount bigint NOT NULL,
                       PRIMARY KEY (transfer_id, purse_id));
CREATE INDEX ON movement (purse_id, transfer_id);
INSERT INTO purse SELECT n, 1000000000000000 FROM generate_series(0, 10000) n;
CREATE FUNCTION move_money(key uuid, source bigint, target bigint, fen bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO transfer (key) VALUES (move_money.key) ON CONFLICT DO NOTHING RETURNING id INTO made;
    IF made IS NULL THEN
        RETURN -1;
    END IF;
    INSERT INTO movement VALUES (made, source, -fen), (made, target, fen);
    UPDATE purse SET balance = balance + fen WHERE id = target;
    UPDATE purse SET balance = balance - fen WHERE id = source AND balance >= fen;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'insufficient';
    END IF;
    RETURN made;
END $$;
CREATE TABLE noted (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL UNIQUE);
"""
_REFERENCE_SCRIPTS = {
    "hot": "\\set c random(5001, 10000)\nSELECT move_money(gen_random_uuid(), 0, :c, 10);\n",
    "spread": "\\set d random(1, 5000)\n\\set c random(5001, 10000)\n"
    "SELECT move_money(gen_random_uuid(), :d, :c, 10);\n",
    "commit": "INSERT INTO noted (key) VALUES (gen_random_uuid());\n",
}
# Our own function fed by SQL instead of by Python: how fast the database part is on its own.
_OWN = """
CREATE FUNCTION bench_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 1, 19))::uuid
$$;
CREATE FUNCTION bench_batch(n integer, hot boolean) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ids uuid[]; keys text[]; sources text[]; targets text[]; codes text[]; at integer[]; counted integer[];
    lowest bigint[]; highest bigint[]; bodies bytea; made record;
BEGIN
    SELECT array_agg(bench_id()), array_agg(gen_random_uuid()::text),
           array_agg(CASE WHEN hot THEN 'pool' ELSE 'from-' || floor(random() * 5000)::integer END),
           array_agg('to-' || floor(random() * 5000)::integer)
      INTO ids, keys, sources, targets FROM generate_series(1, n);
    SELECT array_agg(DISTINCT code) INTO codes FROM unnest(sources || targets) code;
    SELECT array_agg(array_position(codes, CASE line WHEN 1 THEN targets[i] ELSE sources[i] END) ORDER BY i, line)
      INTO at FROM generate_series(1, n) i, generate_series(1, 2) line;
    SELECT array_agg(nth ORDER BY k) INTO counted
      FROM (SELECT k, row_number() OVER (PARTITION BY at[k] ORDER BY k) AS nth FROM generate_series(1, 2 * n) k) legs;
    -- an account only gives or only takes, ten fen a leg
    SELECT array_agg(least(fen, fen * count) ORDER BY a), array_agg(greatest(fen, fen * count) ORDER BY a)
      INTO lowest, highest
      FROM (SELECT at[k] AS a, count(*), CASE min(k % 2) WHEN 1 THEN 10 ELSE -10 END AS fen
              FROM generate_series(1, 2 * n) k GROUP BY at[k]) accounts;
    SELECT string_agg(ledger_body('claim.paid', ids[i], '2026-11-20', 'officer:1', ids[i], NULL, NULL, NULL, NULL, NULL,
                                  NULL, targets[i] || ' 10,' || sources[i] || ' -10'), '' ORDER BY i)
      INTO bodies FROM generate_series(1, n) i;
    SELECT * INTO made FROM ledger_post_batch('320300', 'bench', clock_timestamp(), ids, keys,
        array_fill('claim.paid'::text, ARRAY[n]), ids, array['2026-11-20'::date],
        array_fill('officer:1'::text, ARRAY[n]), ids, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        codes, (SELECT array_agg(i ORDER BY i, line) FROM generate_series(1, n) i, generate_series(1, 2) line),
        (SELECT array_agg(2 * i ORDER BY i) FROM generate_series(1, n) i), at,
        (SELECT array_agg(CASE line WHEN 1 THEN 10 ELSE -10 END ORDER BY i, line)
           FROM generate_series(1, n) i, generate_series(1, 2) line),
        array_fill('claim.paid'::text, ARRAY[n]), keys,
        array_fill('{"amount_fen":10,"layer":"municipal","claim":"XZ-33"}'::text, ARRAY[n]), keys,
        bodies, lowest, highest,
        (SELECT array_agg(CASE k % 2 WHEN 1 THEN 10 ELSE -10 END * counted[k] ORDER BY k)
           FROM generate_series(1, 2 * n) k), counted);
    RETURN made.plain;
END $$;
"""


def giver(number: int) -> str:
    return f"from-{number}"


def taker(number: int) -> str:
    return f"to-{number}"


@dataclass(frozen=True, slots=True)
class Books:
    """A durable server with the ledger's database and the reference's."""

    pgbench: Path
    ledger: Database
    reference_url: str
    folder: Path

    def ours(self, way: str, accounts: str, *, callers: int = 64) -> float:
        """Transfers per second from Python, or microseconds for `latency` and `empty`."""
        command = [sys.executable, "-m", "devtools.bench.ledger_load", way, accounts, f"--callers={callers}"]
        environment = os.environ | {"BENCH_URL": self.ledger.runtime_url}
        return int(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)

    def own_function(self, accounts: str, *, size: int = 100) -> float:
        """Transfers per second when pgbench calls `ledger_post_batch` with a hundred."""
        hot = str(accounts == "hot").lower()
        return self._run(plain_dsn(self.ledger.runtime_url), f"SELECT bench_batch({size}, {hot});\n", clients=1) * size

    def reference(self, kind: str, *, clients: int, seconds: int = SECONDS) -> float:
        """Transfers (or bare commits) per second of the reference."""
        return self._run(self.reference_url, _REFERENCE_SCRIPTS[kind], clients=clients, seconds=seconds)

    def best_clients(self, kind: str) -> int:
        """The client count at which the reference is fastest here."""
        return max(CLIENTS, key=lambda clients: self.reference(kind, clients=clients, seconds=1))

    def _run(self, url: str, script: str, *, clients: int, seconds: int = SECONDS) -> float:
        path = self.folder / "script.sql"
        path.write_text(script, encoding="ascii")
        jobs = min(clients, 2)
        command = [
            str(self.pgbench),
            "-n",
            "-M",
            "prepared",
            f"-c{clients}",
            f"-j{jobs}",
            f"-T{seconds}",
            f"-f{path}",
            url,
        ]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        rate = re.search(r"tps = (\d+\.\d+)", said)
        return float(rate[1]) if rate else 0  # nothing at all in that time, says a machine that stands still

    def execute(self, url: str, statement: str) -> None:
        """One statement at one of the server's databases."""
        asyncio.run(_execute(url, statement))

    def flaws(self) -> list[str]:
        """What an audit of everything posted so far finds."""
        return asyncio.run(_audit(self.ledger.runtime_url))


@contextmanager
def books() -> Iterator[Books]:
    """Everything durable: what is measured is what a city would wait for."""
    with (
        throwaway_home() as home,
        Server(home, durable=True) as server,
        TemporaryDirectory(prefix="bench-ledger-") as folder,
    ):
        ledger = prepare(server.url, "funds", name="funds", passwords=Path(folder) / "passwords")
        asyncio.run(_fill(server.url, ledger))
        asyncio.run(_settle(server.url))
        pgbench = server.programs.program("pgbench")
        yield Books(pgbench, ledger, at_database(server.url, "reference"), Path(folder))


async def _fill(admin_url: str, ledger: Database) -> None:
    await _execute(admin_url, "CREATE DATABASE reference")
    await _execute(at_database(admin_url, "reference"), _REFERENCE)
    await _execute(at_database(admin_url, "reference"), "VACUUM ANALYZE purse")  # not within a script's transaction
    await _execute(plain_dsn(ledger.migrator_url), _OWN)
    engine = create_async_engine(ledger.runtime_url)
    sessions = async_sessionmaker(engine)
    async with sessions.begin() as session:
        await open_accounts(session, _chart(), city_code=CITY)
        opening = [debit(POOL, FORTUNE), *(debit(giver(n), FORTUNE) for n in range(SOURCES))]
        entry = Entry("opened", DAY, [*opening, credit("opening", FORTUNE * (SOURCES + 1))])
        await post_all(session, [Command(entry, "opening", "bench")], city_code=CITY, book=BOOK)
    await engine.dispose()


async def _settle(admin_url: str) -> None:
    """A server that has been up for a while has log segments to use again; a new one makes each first, and all wait."""
    connection: Any = await asyncpg.connect(admin_url)
    try:
        for _ in range(SEGMENTS):
            await connection.execute("SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _chart() -> list[Account]:
    names = ("某某机构往来", "Account of somebody")
    return [
        Account("opening", Kind.EQUITY, *names),
        Account(POOL, Kind.ASSET, *names, spendable=True, side=Side.DEBIT),
        *(Account(giver(n), Kind.ASSET, *names, spendable=True) for n in range(SOURCES)),
        *(Account(taker(n), Kind.ASSET, *names, spendable=True) for n in range(SOURCES)),
    ]


async def _execute(url: str, script: str) -> None:
    connection: Any = await asyncpg.connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


async def _audit(url: str) -> list[str]:
    engine = create_async_engine(url)
    async with async_sessionmaker(engine)() as session:
        found = await audit(session, city_code=CITY)
    await engine.dispose()
    return [f"{flaw.check} {flaw.subject}: {flaw.detail}" for flaw in found]
