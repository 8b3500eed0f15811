"""Reads of matching: parties everybody at the event reads, meetings and outcomes only those who meet, and staff."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import is_own, own_only
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.events.calendar.models import CalendarEvent
from services.events.calendar.states import Status
from services.events.matching.models import MatchingMeeting, MatchingOutcome, MatchingParty, MatchingPlan
from services.events.matching.rules import Happening, Met, Said, Side, Slots


def happening(event: CalendarEvent) -> Happening:
    """The event as the rules take it."""
    return Happening(event.kind, event.status is Status.CANCELLED, event.starts_at, event.ends_at)


async def plan_of(session: AsyncSession, event_id: UUID) -> MatchingPlan:
    """The slots of an event. Raises NotFound where no matching was opened."""
    plan: MatchingPlan | None = await session.scalar(select(MatchingPlan).where(MatchingPlan.event_id == event_id))
    if plan is None:
        raise NotFound
    return plan


async def slots_of(session: AsyncSession, event_id: UUID) -> Slots:
    """When an event's meetings are, as it stands in the calendar now. Raises NotFound."""
    event = await session.get_one(CalendarEvent, event_id)
    return (await plan_of(session, event_id)).slots(event.starts_at)


async def has_meetings(session: AsyncSession, event_id: UUID) -> bool:
    """Whether a meeting stands in the event's slots."""
    wanted = select(MatchingMeeting.id).where(
        MatchingMeeting.event_id == event_id, MatchingMeeting.cancelled_at.is_(None)
    )
    return await session.scalar(wanted.limit(1)) is not None


async def find_parties(
    session: AsyncSession, page: PageQuery, *, event_id: UUID, side: Side | None
) -> tuple[list[MatchingParty], str | None]:
    """Who is enrolled, in the order of enrolment."""
    wanted = select(MatchingParty).where(MatchingParty.event_id == event_id, MatchingParty.withdrawn_at.is_(None))
    if side is not None:
        wanted = wanted.where(MatchingParty.side == side)
    return await page_of(session, wanted, page, (MatchingParty.recorded_at, MatchingParty.id))


async def party_for(session: AsyncSession, party_id: UUID, *, city_code: str) -> MatchingParty:
    """A party of the city. Raises NotFound."""
    party = await session.get(MatchingParty, party_id)
    if party is None or party.city_code != city_code:
        raise NotFound
    return party


async def party_of_event(session: AsyncSession, party_id: UUID, *, event_id: UUID) -> MatchingParty:
    """A party of the event, as it stands now. Raises NotFound."""
    party = await session.get(MatchingParty, party_id, populate_existing=True)
    if party is None or party.event_id != event_id:
        raise NotFound
    return party


async def meetings_with(session: AsyncSession, party_id: UUID) -> list[MatchingMeeting]:
    """Meetings of a party that were not cancelled."""
    with_it = or_(MatchingMeeting.project_id == party_id, MatchingMeeting.financier_id == party_id)
    return list(await session.scalars(select(MatchingMeeting).where(with_it, MatchingMeeting.cancelled_at.is_(None))))


def _meetings_of(caller: Caller, *, as_host: bool) -> Select[MatchingMeeting]:
    wanted = select(MatchingMeeting).where(MatchingMeeting.city_code == caller.city)
    own = own_only(caller, MatchingParty.organisation_id)
    if not own or as_host:
        return wanted
    mine = select(MatchingParty.id).where(*own)
    return wanted.where(or_(MatchingMeeting.project_id.in_(mine), MatchingMeeting.financier_id.in_(mine)))


async def find_meetings(
    session: AsyncSession, page: PageQuery, *, caller: Caller, event: CalendarEvent
) -> tuple[list[MatchingMeeting], str | None]:
    """Meetings of an event by slot: its host and the staff see all, a party its own."""
    as_host = is_own(caller, event.host_id)
    wanted = _meetings_of(caller, as_host=as_host).where(MatchingMeeting.event_id == event.id)
    return await page_of(session, wanted, page, (MatchingMeeting.slot, MatchingMeeting.id))


async def meeting_for(
    session: AsyncSession, meeting_id: UUID, *, caller: Caller, as_host: bool = False, lock: bool = False
) -> MatchingMeeting:
    """One the caller may know of; `as_host` leaves it to the use case who arranges it. Raises NotFound."""
    wanted = _meetings_of(caller, as_host=as_host).where(MatchingMeeting.id == meeting_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row: MatchingMeeting | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def parties_of(session: AsyncSession, meetings: Sequence[MatchingMeeting]) -> dict[UUID, MatchingParty]:
    """Both parties of each meeting, by id."""
    wanted = {party_id for one in meetings for party_id in (one.project_id, one.financier_id)}
    rows = await session.scalars(select(MatchingParty).where(MatchingParty.id.in_(wanted)))
    return {row.id: row for row in rows}


async def current_outcomes(session: AsyncSession, meeting_ids: Iterable[UUID]) -> list[MatchingOutcome]:
    """What each side of these meetings says now."""
    wanted = select(MatchingOutcome).where(
        MatchingOutcome.meeting_id.in_(list(meeting_ids)), MatchingOutcome.is_current
    )
    return list(await session.scalars(wanted.order_by(MatchingOutcome.recorded_at, MatchingOutcome.id)))


def events_between(city_code: str, since: datetime, until: datetime) -> Select[UUID]:
    """Events of a stretch of time that were held with matching."""
    return (
        select(CalendarEvent.id)
        .join(MatchingPlan, MatchingPlan.event_id == CalendarEvent.id)
        .where(
            CalendarEvent.city_code == city_code,
            CalendarEvent.status == Status.PUBLISHED,
            CalendarEvent.starts_at >= since,
            CalendarEvent.starts_at < until,
        )
    )


async def count_parties(session: AsyncSession, events: Select[UUID]) -> dict[Side, int]:
    """Enrolled parties by side; one that comes to two events counts twice."""
    found = await session.execute(
        select(MatchingParty.side, func.count().label("counted"))
        .where(MatchingParty.event_id.in_(events), MatchingParty.withdrawn_at.is_(None))
        .group_by(MatchingParty.side)
    )
    return {row.side: row.counted for row in found}


async def meetings_met(session: AsyncSession, events: Select[UUID]) -> list[Met]:
    """Meetings of events that were not cancelled, with what their sides say now."""
    wanted = (
        select(MatchingMeeting.id, MatchingMeeting.is_related, MatchingOutcome.outcome, MatchingOutcome.amount_fen)
        .outerjoin(MatchingOutcome, (MatchingOutcome.meeting_id == MatchingMeeting.id) & MatchingOutcome.is_current)
        .where(MatchingMeeting.event_id.in_(events), MatchingMeeting.cancelled_at.is_(None))
    )
    related: dict[UUID, bool] = {}
    said: dict[UUID, list[Said]] = {}
    for meeting_id, is_related, outcome, amount_fen in await session.execute(wanted):
        related[meeting_id] = is_related
        said.setdefault(meeting_id, []).extend([Said(outcome, amount_fen)] if outcome else [])
    return [Met(is_related, tuple(said[meeting_id])) for meeting_id, is_related in related.items()]
