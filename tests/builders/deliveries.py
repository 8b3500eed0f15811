"""What is still under way between processes, read from their databases."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg

from contracts.subscriptions import SUBSCRIPTIONS
from devtools.databases import Database
from kernel.db import plain_dsn

UNSTAMPED = """SELECT (SELECT count(*) FROM outbox_event WHERE position IS NULL)
    + (SELECT coalesce(sum(cardinality(seqs)), 0) FROM outbox_batch)"""
GAPS = "SELECT coalesce(max(position), 0) - count(position) FROM outbox_event"
PARKED = "SELECT count(*) FROM backlog_event WHERE parked"
HELD = "SELECT count(*) FROM backlog_event WHERE NOT parked"
UNTOLD = """SELECT coalesce(max(position), 0) - coalesce(
    (SELECT position FROM subscriber_cursor WHERE subscriber = $1), 0) FROM outbox_event"""
DUE = """SELECT count(*) FROM timer JOIN city USING (city_code)
    WHERE fired_at IS NULL AND due_at <= now() + make_interval(secs => clock_offset_seconds)"""


def under_way(databases: Mapping[str, Database]) -> dict[str, int]:
    """Everything not stamped, not delivered, held back, parked, due but not fired; empty when all is quiet."""

    async def look() -> dict[str, int]:
        found = {}
        for process, subscribers in SUBSCRIPTIONS.items():
            connection = await asyncpg.connect(plain_dsn(databases[process].runtime_url))
            try:
                found |= await _of_process(connection, process, list(subscribers))
            finally:
                await connection.close()
        return {what: number for what, number in found.items() if number}

    return asyncio.run(look())


async def _of_process(connection: "asyncpg.Connection[Any]", process: str, subscribers: list[str]) -> dict[str, int]:
    questions = {"unstamped": UNSTAMPED, "gaps": GAPS, "parked": PARKED, "held": HELD, "timers due": DUE}
    found = {f"{process}: {what}": await connection.fetchval(sql) for what, sql in questions.items()}
    for name in subscribers:
        found[f"{process}: untold to {name}"] = await connection.fetchval(UNTOLD, name)
    return found
