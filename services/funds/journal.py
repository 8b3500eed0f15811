"""The one way funds posts: entries of one book, each with an id its rows can cite before it stands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import context
from kernel.problems import Refusal
from ledger.entries import Command, Entry
from ledger.posting import Posted, post_all
from ledger.refusals import Insufficient, UnknownAccount

BOOK = "funds"


class BudgetExhausted(Refusal):
    code, title_zh, title_en = "budget_exhausted", "可用指标不足", "Not enough budget is available"


class NoBudget(Refusal):
    code, title_zh, title_en = "no_budget", "该年度尚未下达指标", "No budget was allotted for the year"


@contextmanager
def within_budget() -> Iterator[None]:
    """Around a posting that encumbers: what the ledger refuses there, told in a budget officer's words."""
    try:
        yield
    except Insufficient as short:
        raise BudgetExhausted(reasons=short.reasons) from short
    except UnknownAccount as unknown:
        # A line's accounts are opened by its first appropriation, so an unknown one means there was none.
        raise NoBudget(reasons=unknown.reasons) from unknown


def command(entry: Entry, *, key: str, entry_id: UUID, actor: str) -> Command:
    """An entry to post under `key`, for ever once. `actor` is who caused it."""
    return Command(entry, key, actor, request_id=context.current().request_id, entry_id=entry_id)


async def post_commands(session: AsyncSession, commands: Sequence[Command], *, city_code: str) -> list[Posted]:
    """Post all or nothing, as the last statement of a use case. Raises the ledger's refusals."""
    return await post_all(session, commands, city_code=city_code, book=BOOK) if commands else []


async def post_entry(
    session: AsyncSession, entry: Entry, *, city_code: str, key: str, entry_id: UUID, actor: str
) -> Posted:
    """Post one entry, as the last statement of a use case."""
    (posted,) = await post_commands(
        session, [command(entry, key=key, entry_id=entry_id, actor=actor)], city_code=city_code
    )
    return posted
