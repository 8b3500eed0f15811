"""Meetings and counts as they are shown."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.clock import start_of
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Status
from services.events.matching import queries
from services.events.matching.models import MatchingMeeting
from services.events.matching.rules import tally
from services.events.matching.schemas import CountsOut, MeetingOut


async def meetings_out(session: AsyncSession, rows: Sequence[MatchingMeeting]) -> list[MeetingOut]:
    """Meetings of one event."""
    if not rows:
        return []
    slots = await queries.slots_of(session, rows[0].event_id)
    parties = await queries.parties_of(session, rows)
    outcomes = await queries.current_outcomes(session, [row.id for row in rows])
    return [MeetingOut.of(row, slots, parties, outcomes) for row in rows]


async def counts_of_event(session: AsyncSession, event: CalendarEvent) -> CountsOut:
    """What an event brought together."""
    held = (CalendarEvent.id == event.id, CalendarEvent.status == Status.PUBLISHED)
    return await _counts(session, select(CalendarEvent.id).where(*held))


async def counts_of_year(session: AsyncSession, *, city_code: str, year: int) -> CountsOut:
    """What the events of a year brought together that have matching and were not cancelled."""
    since, until = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
    return await _counts(session, queries.events_between(city_code, since, until))


async def _counts(session: AsyncSession, events: Select[UUID]) -> CountsOut:
    held = await session.scalar(select(func.count()).select_from(events.subquery()))
    return CountsOut.of(
        tally(await queries.meetings_met(session, events)),
        events=held or 0,
        sides=await queries.count_parties(session, events),
    )
