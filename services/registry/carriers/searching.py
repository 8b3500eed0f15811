"""Part of a name, sought among a million: the few that have it, or a walk along the list where many have it.

PostgreSQL multiplies the frequencies of pairs as if they were independent, so of a word of three characters it
expects a handful where there are tens of thousands, and sorts all of them for one page. The head of the list tells,
within whatever else was asked for: a word found there a few times fills a page soon; any other is looked up.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from kernel.bigrams import contains, searchable

HEAD, MANY, FEW = 2_000, 6, 500  # many: a page is full after some fifteen thousand names


async def named_like(
    session: AsyncSession,
    sought: str,
    *,
    row_id: InstrumentedAttribute[UUID],
    grams: InstrumentedAttribute[list[str]],
    plain: InstrumentedAttribute[str],
    within: Sequence[ColumnElement[bool]],
    order: Sequence[InstrumentedAttribute[Any]],
) -> ColumnElement[bool]:
    """The condition that a row's name has what is sought, among the rows `within`, that will be shown in `order`."""
    has_it = func.strpos(plain, searchable(sought)) > 0
    head = select(has_it.label("hit")).where(*within).order_by(*order).limit(HEAD).subquery()
    if (await session.scalar(select(func.count()).where(head.c.hit)) or 0) > MANY:
        return has_it
    rare = contains(grams, plain, sought)
    ids: list[Any] = list(await session.scalars(select(row_id).where(*within, rare).limit(FEW + 1)))
    return row_id == any_(literal(ids, ARRAY(PG_UUID(as_uuid=True)))) if len(ids) <= FEW else rare
