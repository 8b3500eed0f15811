"""The calendar over HTTP. Two routes are for everybody: the city's feed and one event's."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response

from contracts.asking import may_own
from kernel import clock, context
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.ids import encode_id
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from kernel.schemas import CityCode
from services.events import ical
from services.events.calendar import queries, service
from services.events.calendar.models import CalendarEvent
from services.events.calendar.rules import EventKind, EventLevel
from services.events.calendar.schemas import CancellationIn, ChangeOut, EventId, EventIn, EventOut, Month, TimesIn
from services.events.calendar.states import Status

PUBLIC_ROUTES = frozenset({("GET", "/v1/events/calendar.ics"), ("GET", "/v1/events/calendar/{event_id}.ics")})
MEDIA_TYPE = "text/calendar; charset=utf-8"
FEED_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "iCalendar (RFC 5545)", "content": {"text/calendar": {"schema": {"type": "string"}}}},
    304: {"description": "Unchanged since the ETag in If-None-Match"},
}

routes: APIRouter = router(prefix="/v1/events", tags=["calendar"])
MayRead = Annotated[Caller, may_own("calendar:read")]
MayPublish = Annotated[Caller, may("calendar:publish")]
IfNoneMatch = Annotated[str | None, Header(description="ETags the client has")]
FeedLanguage = Annotated[
    Literal["zh", "en"] | None, Query(description="For calendar programs, which send no Accept-Language of the reader")
]


# Before "/calendar/{event_id}", which would take these paths for an id.
@routes.get("/calendar.ics", response_class=Response, responses=FEED_ANSWERS)
async def get_city_feed(
    session: SessionDep,
    city: Annotated[CityCode, Query()],
    language: FeedLanguage = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The city's public calendar, to subscribe to. No token needed."""
    feed = await queries.city_feed(
        session, city_code=city, now=clock.now(city), language=language or context.current().language
    )
    return _feed_answer(feed, if_none_match)


@routes.get("/calendar/{event_id}.ics", response_class=Response, responses=FEED_ANSWERS)
async def get_event_feed(
    event_id: EventId, session: SessionDep, language: FeedLanguage = None, if_none_match: IfNoneMatch = None
) -> Response:
    """One public event, to add to a calendar. No token needed."""
    feed = await queries.event_feed(session, event_id, language=language or context.current().language)
    return _feed_answer(feed, if_none_match)


@routes.post("/calendar", status_code=201)
async def draft_event(
    caller: MayPublish, body: EventIn, registry: Registry, work: WorkDep, response: Response, _key: KeyOptional
) -> EventOut:
    """Draft an event; only the city's officers see it until it is published."""
    content = await service.described(registry, body, city_code=caller.city)
    event = await service.draft_event(await work.open(), content=content, caller=caller, now=clock.now(caller.city))
    response.headers["Location"] = f"/v1/events/calendar/{encode_id('evt', event.id)}"
    return _shown(event, response)


@routes.get("/calendar")
async def list_events(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    month: Annotated[Month | None, Query()] = None,
    kind: EventKind | None = None,
    level: EventLevel | None = None,
    status: Status | None = None,
) -> Page[EventOut]:
    """Events of the city by time of start."""
    rows, cursor = await queries.find_events(
        session, page, caller=caller, month=month, kind=kind, level=level, status=status
    )
    return Page(items=[EventOut.of(row) for row in rows], next_cursor=cursor)


@routes.get("/calendar/{event_id}")
async def get_event(caller: MayRead, event_id: EventId, session: SessionDep, response: Response) -> EventOut:
    """One event."""
    return _shown(await queries.event_for(session, event_id, caller=caller), response)


@routes.get("/calendar/{event_id}/changes")
async def list_event_changes(caller: MayPublish, event_id: EventId, session: SessionDep) -> list[ChangeOut]:
    """The history of an event: what happened, when, and by whom."""
    return [ChangeOut.of(row) for row in await queries.changes_of(session, event_id, caller=caller)]


@routes.put("/calendar/{event_id}")
async def edit_event(
    caller: MayPublish,
    event_id: EventId,
    body: EventIn,
    if_match: IfMatch,
    registry: Registry,
    work: WorkDep,
    response: Response,
) -> EventOut:
    """Replace what is written about an event. A published one is revised, or rescheduled when its time moved."""
    content = await service.described(registry, body, city_code=caller.city)
    event = await service.edit_event(
        await work.open(),
        event_id=event_id,
        content=content,
        caller=caller,
        if_match=if_match,
        now=clock.now(caller.city),
    )
    return _shown(event, response)


@routes.post("/calendar/{event_id}/publish")
async def publish_event(
    caller: MayPublish,
    event_id: EventId,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional,
) -> EventOut:
    """Show a draft to the public, in the list and in the feed."""
    event = await service.publish_event(
        session, event_id=event_id, caller=caller, if_match=if_match, now=clock.now(caller.city)
    )
    return _shown(event, response)


@routes.post("/calendar/{event_id}/reschedule")
async def reschedule_event(
    caller: MayPublish,
    event_id: EventId,
    body: TimesIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional,
) -> EventOut:
    """Move an event to another time; subscribers see it move."""
    event = await service.reschedule_event(
        session,
        event_id=event_id,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        caller=caller,
        if_match=if_match,
        now=clock.now(caller.city),
    )
    return _shown(event, response)


@routes.post("/calendar/{event_id}/cancel")
async def cancel_event(
    caller: MayPublish,
    event_id: EventId,
    body: CancellationIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional,
) -> EventOut:
    """Call an event off, with the reason; a published one stays in the feed as cancelled."""
    event = await service.cancel_event(
        session,
        event_id=event_id,
        reason=body.reason,
        caller=caller,
        if_match=if_match,
        now=clock.now(caller.city),
    )
    return _shown(event, response)


def _shown(event: CalendarEvent, response: Response) -> EventOut:
    mark(response, event.version)
    return EventOut.of(event)


def _feed_answer(feed: ical.Feed, if_none_match: str | None) -> Response:
    if feed.known_to(if_none_match):
        return Response(status_code=304, headers=feed.headers)
    return Response(feed.body, media_type=MEDIA_TYPE, headers=feed.headers)
