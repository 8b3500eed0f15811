"""Reads of series, editions and entries. Drafts are the officers' own; an entrant sees its own entries."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.db import among
from kernel.owning import own_organisations
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.events.competitions.models import (
    CompetitionChange,
    CompetitionEdition,
    CompetitionEntry,
    CompetitionGroup,
    CompetitionSeries,
)
from services.events.competitions.states import EditionStatus, EntryStatus

READS_ALL = frozenset({"competitions:manage", "competitions:audit"})


async def list_series(
    session: AsyncSession, page: PageQuery, *, caller: Caller
) -> tuple[list[CompetitionSeries], str | None]:
    """Of the caller's city, in the order they were entered."""
    statement = select(CompetitionSeries).where(CompetitionSeries.city_code == caller.city)
    return await page_of(session, statement, page, (CompetitionSeries.recorded_at, CompetitionSeries.id))


async def find_series(session: AsyncSession, series_id: UUID, *, caller: Caller) -> CompetitionSeries:
    """Of the caller's city. Raises NotFound."""
    row = await session.get(CompetitionSeries, series_id)
    if row is None:
        raise NotFound
    caller.must_act_in(row.city_code)
    return row


async def list_editions(
    session: AsyncSession, page: PageQuery, *, caller: Caller, series_id: UUID | None, status: EditionStatus | None
) -> tuple[list[CompetitionEdition], str | None]:
    """Of the caller's city, in the order they were drafted; drafts only for those who write them."""
    wanted = {CompetitionEdition.series_id: series_id, CompetitionEdition.status: status}
    statement = select(CompetitionEdition).where(CompetitionEdition.city_code == caller.city, *asked_for(wanted))
    if not READS_ALL & caller.scopes:
        statement = statement.where(CompetitionEdition.opened_at.is_not(None))
    return await page_of(session, statement, page, (CompetitionEdition.recorded_at, CompetitionEdition.id))


async def find_edition(
    session: AsyncSession, edition_id: UUID, *, caller: Caller, for_update: bool = False
) -> CompetitionEdition:
    """With its series. Raises NotFound, for another city's and for a draft unless the caller writes them."""
    row = await _edition(session, edition_id, for_update=for_update)
    if row is None or (row.opened_at is None and not READS_ALL & caller.scopes):
        raise NotFound
    caller.must_act_in(row.city_code)
    return row


async def read_edition(session: AsyncSession, edition_id: UUID) -> CompetitionEdition:
    """Whichever city it belongs to, locked: for timers and for entries already found."""
    row = await _edition(session, edition_id, for_update=True)
    if row is None:
        raise NotFound
    return row


async def list_changes(
    session: AsyncSession, page: PageQuery, *, edition_id: UUID
) -> tuple[list[CompetitionChange], str | None]:
    """The history, oldest first."""
    history = select(CompetitionChange).where(CompetitionChange.edition_id == edition_id)
    return await page_of(session, history, page, (CompetitionChange.recorded_at, CompetitionChange.id))


async def groups_locked(session: AsyncSession, edition_id: UUID) -> dict[str, CompetitionGroup]:
    """The counters of an open edition by key, locked."""
    wanted = select(CompetitionGroup).where(CompetitionGroup.edition_id == edition_id)
    rows = await session.scalars(wanted.order_by(CompetitionGroup.id).with_for_update())
    return {row.key: row for row in rows}


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The entries of the caller's city that exist for the caller."""
    in_city = CompetitionEntry.city_code == caller.city
    if READS_ALL & caller.scopes:
        return in_city
    of_team = CompetitionEntry.organisation_id.is_(None) & (CompetitionEntry.entered_by == caller.acting_for)
    return in_city & or_(of_team, among(CompetitionEntry.organisation_id, own_organisations(caller)))


async def list_entries(
    session: AsyncSession, page: PageQuery, *, edition_id: UUID, caller: Caller, status: EntryStatus | None
) -> tuple[list[CompetitionEntry], str | None]:
    """Of an edition by number."""
    statement = select(CompetitionEntry).where(CompetitionEntry.edition_id == edition_id, seen_by(caller))
    statement = statement.where(*asked_for({CompetitionEntry.status: status}))
    return await page_of(session, statement, page, (CompetitionEntry.number, CompetitionEntry.id))


async def find_entry(
    session: AsyncSession, entry_id: UUID, *, caller: Caller, for_update: bool = False
) -> CompetitionEntry:
    """With its edition. Raises NotFound for what does not exist for the caller."""
    statement: Select[CompetitionEntry] = select(CompetitionEntry).where(
        CompetitionEntry.id == entry_id, seen_by(caller)
    )
    statement = statement.options(selectinload(CompetitionEntry.edition).selectinload(CompetitionEdition.series))
    statement = statement.execution_options(populate_existing=True)
    if for_update:
        statement = statement.with_for_update(of=CompetitionEntry)
    row: CompetitionEntry | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def entries_of(
    session: AsyncSession, edition_id: UUID, *, statuses: Collection[EntryStatus]
) -> list[CompetitionEntry]:
    """Those of an edition that stand so, by number."""
    wanted = select(CompetitionEntry).where(
        CompetitionEntry.edition_id == edition_id, CompetitionEntry.status.in_(statuses)
    )
    return list(await session.scalars(wanted.order_by(CompetitionEntry.number)))


async def entries_named(session: AsyncSession, entry_ids: Sequence[UUID]) -> dict[UUID, CompetitionEntry]:
    """These by id."""
    wanted = select(CompetitionEntry).where(CompetitionEntry.id.in_(entry_ids))
    return {row.id: row for row in await session.scalars(wanted)}


async def _edition(session: AsyncSession, edition_id: UUID, *, for_update: bool) -> CompetitionEdition | None:
    statement = select(CompetitionEdition).where(CompetitionEdition.id == edition_id)
    statement = statement.options(selectinload(CompetitionEdition.series)).execution_options(populate_existing=True)
    if for_update:
        statement = statement.with_for_update(of=CompetitionEdition)
    row: CompetitionEdition | None = await session.scalar(statement)
    return row
