"""A money command over HTTP, 64 callers on one pool account, beside pgbench calling the same posting function.

The command is an allotment: every one draws on the same line of the budget, checks that there is enough, has a key of
its own, a row of its own and an entry of four legs with number and chain. `sql_function` posts that very entry once a
transaction, at the client count at which it is fastest: without HTTP, key, row and answer.
"""

import asyncio
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import asyncpg

from devtools.bench.funds_city import CITY, FUND, Door, FundsCity, funds_city
from devtools.bench.gateway_callers import call
from devtools.bench.registry import Bar, Contest, benchmark
from kernel import clock
from kernel.db import plain_dsn
from kernel.ids import new_id
from ledger.batch import POST, batch
from ledger.entries import Command
from services.funds.chart import Line
from services.funds.journal import BOOK
from services.funds.programmes.postings import budget_allotted

CALLERS, SECONDS, CLIENTS = 64, 3, (1, 2, 4, 8)
ENVELOPE_FEN = 1_900_000_000
STRAIGHT, THROUGH_THE_GATEWAY = 1.5, 1.2


@benchmark("funds.money.straight", unit="commands/s", bars=[Bar(STRAIGHT, of="sql_function")])
def money_straight() -> Iterator[Contest]:
    with _contest(lambda city: city.straight) as contest:
        yield contest


@benchmark("funds.money.gateway", unit="commands/s", bars=[Bar(THROUGH_THE_GATEWAY, of="sql_function")])
def money_through_the_gateway() -> Iterator[Contest]:
    with _contest(lambda city: city.gateway) as contest:
        yield contest


@contextmanager
def _contest(door_of: Callable[[FundsCity], Door]) -> Iterator[Contest]:
    with funds_city() as city:
        year = clock.today(CITY).year
        path = f"/v1/funds/budgets/{FUND}/{year}"
        city.call("POST", f"{path}/appropriations", {"amount_fen": ENVELOPE_FEN, "document": "徐财教1号"})
        asyncio.run(_install(city))
        clients = max(CLIENTS, key=lambda clients: _sql_function(city, clients=clients, seconds=1))
        door = door_of(city)
        _commands(door, path, seconds=2)
        yield Contest(lambda: _commands(door, path), {"sql_function": lambda: _sql_function(city, clients=clients)})
        found = city.call("GET", "/v1/funds/books/verification", role="auditor")
        if not found["sound"]:
            raise RuntimeError(str(found["flaws"][:10]))


def _commands(door: Door, path: str, *, seconds: int = SECONDS) -> float:
    """Commands per second that were answered 201."""
    body = b'{"amount_fen":1,"document":"bench"}'
    head = (
        f"POST {path}/allotments HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nAuthorization: Bearer {door.token}\r\nIdempotency-Key: "
    ).encode()
    run, numbers = os.urandom(8).hex(), count()
    tally = call(
        door.port,
        lambda: head + f"{run}-{next(numbers)}".encode() + b"\r\n\r\n" + body,
        connections=CALLERS,
        seconds=seconds,
    )
    if tally.failures:
        raise RuntimeError(f"{tally.failures} of {len(tally.durations)} commands failed: {tally.failure!r}")
    return len(tally.durations) / seconds


def _sql_function(city: FundsCity, *, clients: int, seconds: int = SECONDS) -> float:
    """Transactions per second of pgbench, one posting each."""
    script = city.folder / "post.sql"
    script.write_text("SELECT bench_post();\n", encoding="ascii")
    command = [
        *(str(city.server.programs.program("pgbench")), "-n", "-M", "prepared", f"-c{clients}", f"-j{min(clients, 2)}"),
        *(f"-T{seconds}", f"-f{script}", plain_dsn(city.database.runtime_url)),
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"tps = (\d+\.\d+)", said)
    return float(rate[1]) if rate else 0


async def _install(city: FundsCity) -> None:
    """In a function of its own: pgbench takes every colon in a script for a variable."""
    connection: Any = await asyncpg.connect(plain_dsn(city.database.migrator_url))
    posting = _posting().replace("SELECT", "PERFORM", 1)
    await connection.execute(
        f"CREATE FUNCTION bench_post() RETURNS void LANGUAGE plpgsql AS $bench$ BEGIN {posting}; END $bench$"
    )
    await connection.close()


def _posting() -> str:
    """One allotment as the ledger's own statement: id and key are made by SQL, what it says, and its hash, stay."""
    now, entry_id = clock.now(CITY), new_id()
    entry = budget_allotted(Line(FUND, now.year), 1, allotment_id=new_id(), on=clock.today(CITY))
    sent = batch(CITY, BOOK, now, [Command(entry, "KEY", "person:finance-1", request_id="bench", entry_id=entry_id)])
    made = {"KEY": "gen_random_uuid()::text", f"{{{entry_id.hex}}}": "('{' || gen_random_uuid() || '}')"}
    statement = POST
    for place in range(len(sent.parameters), 0, -1):
        value = sent.parameters[place - 1]
        statement = statement.replace(f"${place}", made.get(str(value)) or _literal(value), 1)
    return statement


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    text = str(value).replace("'", "''")
    return f"'{text}'"
