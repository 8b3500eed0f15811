"""Many rows of one table at once: locked in one order, written in one statement."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, column, func, inspect, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from kernel.db import Base, among

Row = TypeVar("Row", bound=Base)


async def held(session: AsyncSession, model: type[Row], ids: Collection[UUID]) -> dict[UUID, Row]:
    """Rows by id, locked. What is held together is held in the order of the ids, whoever asks for it."""
    key: Any = inspect(model).primary_key[0]
    wanted = select(model).where(among(key, set(ids))).order_by(key).with_for_update()
    found = await session.scalars(wanted.execution_options(populate_existing=True))
    return {getattr(row, key.name): row for row in found}


async def free(session: AsyncSession, model: type[Row], *conditions: ColumnElement[bool]) -> Sequence[Row]:
    """Rows that nobody works on, locked in the order of their ids; the others are left alone."""
    key: Any = inspect(model).primary_key[0]
    wanted = select(model).where(*conditions).order_by(key)
    return (await session.scalars(wanted.with_for_update(skip_locked=True))).all()


async def write_together(session: AsyncSession, rows: Iterable[Base]) -> None:
    """Write what has changed of held rows of one table, each a version further.

    A flush writes a row that has a version by a statement of its own, to see that nobody else has changed it: the lock
    says as much. For plain values: text, numbers, days, moments and ids.
    """
    changed = [row for row in rows if inspect(row).committed_state]
    if not changed:
        return
    mapper = inspect(type(changed[0]))
    table: Any = mapper.local_table
    key, version = mapper.primary_key[0].name, mapper.version_id_col
    names = sorted({name for row in changed for name in inspect(row).committed_state})
    fresh = _given([table.c[name] for name in (key, *names)], changed)
    values = {name: fresh.c[name] for name in names}
    if version is not None:
        values[version.name] = version + 1
    await session.execute(update(table).where(table.c[key] == fresh.c[key]).values(values))
    for row in changed:
        if version is not None:
            set_committed_value(row, version.name, getattr(row, version.name) + 1)
        for name in tuple(inspect(row).committed_state):  # written: the next flush finds nothing to write
            set_committed_value(row, name, getattr(row, name))


def _given(columns: Sequence[Column[Any]], rows: Sequence[Base]) -> Any:
    """The values of these rows as a table of one parameter a column: the same statement for any number of them."""
    given = [literal([getattr(row, one.name) for row in rows], ARRAY(one.type)) for one in columns]
    fresh = func.unnest(*given).table_valued(*(column(one.name, one.type) for one in columns), name="fresh")
    return fresh.render_derived()
