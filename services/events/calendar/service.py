"""Use cases of the calendar: draft, edit, publish, reschedule, cancel."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.asking import known_organisation, known_organisations
from contracts.events import CalendarEventCancelled, CalendarEventPublished
from contracts.registry import ACTIVE, OrganisationReply
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, InvalidMember, NotFound, refuse_if
from services.events.attendance.following import follow_change
from services.events.attendance.records.queries import is_signed
from services.events.calendar.models import CalendarChange, CalendarEvent
from services.events.calendar.rules import (
    CoHost,
    Content,
    Evidence,
    edit_findings,
    fact_of_edit,
    publication_findings,
    stamp_after,
)
from services.events.calendar.schemas import EventIn
from services.events.calendar.states import MOVES, Fact, Status
from services.events.hosting.queries import has_confirmed_cost


class UnknownHost(InvalidMember):
    code, title_zh, title_en = "unknown_host", "主办单位未登记", "The host organisation is not registered"


class HostEnded(Conflict):
    code, title_zh, title_en = "host_ended", "主办单位已注销", "The host organisation no longer exists"


async def described(registry: ServiceClient, body: EventIn, *, city_code: str) -> Content:
    """What was written, with its hosts as the registry names them. Raises as host_of does."""
    known = await known_organisations(registry, (body.host_id, *body.co_host_ids), city_code=city_code)
    host = _standing(known.get(body.host_id), "/host_id")
    others = [_standing(known.get(one), f"/co_host_ids/{place}") for place, one in enumerate(body.co_host_ids)]
    co_hosts = tuple(CoHost(one.id, one.name) for one in others)
    return body.to_content(host_name=host.name, co_hosts=co_hosts)


async def host_of(registry: ServiceClient, *, host_id: UUID, city_code: str) -> OrganisationReply:
    """The organisation as the registry knows it. Raises UnknownHost, HostEnded; Unavailable when the registry is."""
    return _standing(await known_organisation(registry, host_id, city_code=city_code), "/host_id")


def _standing(host: OrganisationReply | None, pointer: str) -> OrganisationReply:
    if host is None:
        raise UnknownHost(pointer)
    if host.status != ACTIVE:
        raise HostEnded
    return host


async def draft_event(session: AsyncSession, *, content: Content, caller: Caller, now: datetime) -> CalendarEvent:
    """Write an event nobody but the city's officers sees yet."""
    event = CalendarEvent(
        id=new_id(),
        city_code=caller.city,
        status=Status.DRAFT,
        changed_at=now.replace(microsecond=0),
        created_by=caller.acting_for,
        version=1,
        sequence=0,
    )
    event.content = content
    session.add(event)
    await session.flush()
    _note(session, event, Fact.DRAFTED, caller=caller, now=now)
    return event


async def edit_event(
    session: AsyncSession, *, event_id: UUID, content: Content, caller: Caller, if_match: str, now: datetime
) -> CalendarEvent:
    """Replace what was written. What is already public is revised, and rescheduled when its time moved."""
    event = await _to_change(session, event_id, caller=caller, if_match=if_match)
    if event.content == content:
        return event
    fact = fact_of_edit(event.status, event.content, content)
    event.status = status_after(fact, event.status, MOVES)
    evidence = await _evidence(session, event)
    was, taken = event.audience, event.seats_taken
    refuse_if(edit_findings(fact, content, now, was=was, seats_taken=taken, evidence=evidence))
    event.content = content
    await _revise(session, event, fact, caller=caller, now=now)
    return event


async def reschedule_event(
    session: AsyncSession,
    *,
    event_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    caller: Caller,
    if_match: str,
    now: datetime,
) -> CalendarEvent:
    """Move an event to another time; everything else stays."""
    event = await _to_change(session, event_id, caller=caller, if_match=if_match)
    moved = replace(event.content, starts_at=starts_at, ends_at=ends_at)
    return await edit_event(session, event_id=event_id, content=moved, caller=caller, if_match=if_match, now=now)


async def publish_event(
    session: AsyncSession, *, event_id: UUID, caller: Caller, if_match: str, now: datetime
) -> CalendarEvent:
    """Show a draft to the public."""
    event = await _to_change(session, event_id, caller=caller, if_match=if_match)
    event.status = status_after(Fact.PUBLISHED, event.status, MOVES)
    refuse_if(publication_findings(event.content, now))
    event.published_at = now
    await _revise(session, event, Fact.PUBLISHED, caller=caller, now=now)
    return event


async def cancel_event(
    session: AsyncSession, *, event_id: UUID, reason: str, caller: Caller, if_match: str, now: datetime
) -> CalendarEvent:
    """Call an event off. One that was published stays in the feed as cancelled."""
    event = await _to_change(session, event_id, caller=caller, if_match=if_match)
    event.status = status_after(Fact.CANCELLED, event.status, MOVES)
    refuse_if((await _evidence(session, event)).findings)
    event.cancelled_at, event.cancellation_reason = now, reason
    await _revise(session, event, Fact.CANCELLED, caller=caller, now=now)
    return event


async def _to_change(session: AsyncSession, event_id: UUID, *, caller: Caller, if_match: str) -> CalendarEvent:
    event = await session.get(CalendarEvent, event_id, with_for_update=True)
    if event is None:
        raise NotFound
    caller.must_act_in(event.city_code)
    must_match(if_match, event.version)
    return event


async def _evidence(session: AsyncSession, event: CalendarEvent) -> Evidence:
    return Evidence(await is_signed(session, event.id), await has_confirmed_cost(session, event.id))


async def _revise(session: AsyncSession, event: CalendarEvent, fact: Fact, *, caller: Caller, now: datetime) -> None:
    event.changed_at = stamp_after(event.changed_at, now)
    # RFC 5545, 3.8.7.4: the first public version is 0; only what the public saw is revised.
    if event.published_at is not None and fact is not Fact.PUBLISHED:
        event.sequence += 1
    await session.flush()
    _note(session, event, fact, caller=caller, now=now)
    if event.published_at is not None:
        await record(session, _announcement(event), city_code=event.city_code, subject=event.id)
        await follow_change(session, event, fact, now=now)


def _note(session: AsyncSession, event: CalendarEvent, fact: Fact, *, caller: Caller, now: datetime) -> None:
    session.add(
        CalendarChange(
            event_id=event.id,
            city_code=event.city_code,
            fact=fact,
            version=event.version,
            changed_by=caller.acting_for,
            occurred_at=now,
        )
    )


def _announcement(event: CalendarEvent) -> CalendarEventPublished | CalendarEventCancelled:
    known = {
        "event_id": event.id,
        "title": event.title_zh,
        "starts_at": event.starts_at,
        "sequence": event.sequence,
    }
    if event.status is Status.CANCELLED:
        return CalendarEventCancelled(reason=event.cancellation_reason or "", **known)
    return CalendarEventPublished(ends_at=event.ends_at, **known)
