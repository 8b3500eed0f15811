"""The one way funds posts: entries of one book, each with an id its rows can cite before it stands."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import context
from ledger.entries import Command, Entry
from ledger.posting import Posted, post_all
from services.funds.books.roots import expect_root

BOOK = "funds"


def command(entry: Entry, *, key: str, entry_id: UUID, actor: str) -> Command:
    """An entry to post under `key`, for ever once. `actor` is who caused it."""
    return Command(entry, key, actor, request_id=context.current().request_id, entry_id=entry_id)


async def post_commands(session: AsyncSession, commands: Sequence[Command], *, city_code: str) -> list[Posted]:
    """Post all or nothing, as the last statement of a use case. Raises the ledger's refusals."""
    if not commands:
        return []
    await expect_root(session, city_code)
    return await post_all(session, commands, city_code=city_code, book=BOOK)


async def post_entry(
    session: AsyncSession, entry: Entry, *, city_code: str, key: str, entry_id: UUID, actor: str
) -> Posted:
    """Post one entry, as the last statement of a use case."""
    (posted,) = await post_commands(
        session, [command(entry, key=key, entry_id=entry_id, actor=actor)], city_code=city_code
    )
    return posted
