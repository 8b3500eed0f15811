"""Posting inside a use case's own transaction: the last statement before the kernel commits.

High-rate paths hand their commands to `ledger.batcher` instead; both end in the same SQL function.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock, context
from kernel.problems import Problem
from ledger.batch import POST, Outcome, Posted, answers, batch, waves
from ledger.entries import Announcement, Command, Entry
from ledger.refusals import together

__all__ = ["Posted", "post", "post_all", "post_keyed", "try_post"]


async def post(
    session: AsyncSession,
    entry: Entry,
    *,
    city_code: str,
    book: str,
    key: str,
    actor: str | None = None,
    announcement: Announcement | None = None,
) -> Posted:
    """Post one entry. `key` makes it happen once, for ever. `actor` is the request's when not given.

    Raises the refusals of `ledger.refusals`; the caller's transaction is then to be rolled back.
    """
    command = Command(entry, key, actor or _acting(), announcement, context.current().request_id)
    (posted,) = await post_all(session, [command], city_code=city_code, book=book)
    return posted


async def post_keyed(session: AsyncSession, keyed: Sequence[tuple[str, Entry]], *, city_code: str, book: str) -> None:
    """Post entries that are true together, each under its key; all or nothing, their locks taken in one order."""
    request_id = context.current().request_id
    commands = [Command(entry, key, _acting(), None, request_id) for key, entry in keyed]
    if commands:
        await post_all(session, commands, city_code=city_code, book=book)


async def post_all(
    session: AsyncSession, commands: Sequence[Command], *, city_code: str, book: str, now: datetime | None = None
) -> list[Posted]:
    """Post all or nothing: raises one refusal that carries the reasons of every refused entry."""
    outcomes = await try_post(session, commands, city_code=city_code, book=book, now=now)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Problem)]
    if refused:
        raise together(refused)
    return [outcome for outcome in outcomes if isinstance(outcome, Posted)]


async def try_post(
    session: AsyncSession, commands: Sequence[Command], *, city_code: str, book: str, now: datetime | None = None
) -> list[Outcome]:
    """Post what can be posted, each command on its own: one outcome per command, in order."""
    found: list[Outcome | None] = [None] * len(commands)
    for wave in waves(commands):
        sent = batch(city_code, book, now or clock.now(city_code), [commands[place] for place in wave])
        row = await call(session, POST, sent.parameters)
        for place, outcome in zip(wave, answers(sent, row), strict=True):
            found[place] = outcome
    return [outcome for outcome in found if outcome is not None]


async def call(session: AsyncSession, statement: str, values: tuple[Any, ...]) -> Any:
    """One row of a ledger function, in the session's transaction. What the session holds is written first."""
    await session.flush()  # rows the entry refers to stand before it, and its locks come last
    connection = await session.connection()
    result = await connection.exec_driver_sql(statement, values)
    return result.mappings().one()


def _acting() -> str:
    return context.current().actor or "system"
