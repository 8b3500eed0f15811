"""Private feeds over HTTP. The feed itself is read without an identity: its token is one."""

from typing import Annotated

from fastapi import Query, Response

from contracts.asking import may_own, organisation_of
from kernel import clock, context
from kernel.auth import Caller
from kernel.idempotency import KeyOptional, OnceShown
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.events.attendance.codes import token_hash
from services.events.attendance.feeds import queries, service
from services.events.attendance.feeds.schemas import FeedId, FeedIn, FeedOut, MadeFeedOut
from services.events.calendar.api import FEED_ANSWERS, MEDIA_TYPE, FeedLanguage, IfNoneMatch
from services.events.organisations import must_speak_for
from services.events.settings import CodeKey

PUBLIC_ROUTES = frozenset({("GET", "/v1/events/feed.ics")})
MayRegister = Annotated[Caller, may_own("attendance:register")]
MayRead = Annotated[Caller, may_own("attendance:read")]
Token = Annotated[str, Query(min_length=20, max_length=100, description="Shown once, where the feed was made")]

routes = router(prefix="/v1/events", tags=["attendance"])


@routes.get("/feed.ics", response_class=Response, responses=FEED_ANSWERS)
async def get_private_feed(
    session: SessionDep,
    key: CodeKey,
    token: Token,
    language: FeedLanguage = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """An organisation's calendar: what it registered for and what it holds. The token in the address opens it."""
    feed = await queries.feed_with_token(session, token_hash(token, key))
    calendar = await queries.private_calendar(
        session, feed, now=clock.now(feed.city_code), language=language or context.current().language
    )
    headers = calendar.headers | {"Cache-Control": "private, no-cache"}
    if calendar.known_to(if_none_match):
        return Response(status_code=304, headers=headers)
    return Response(calendar.body, media_type=MEDIA_TYPE, headers=headers)


@routes.post("/feeds", status_code=201)
async def make_private_feed(
    caller: MayRegister,
    body: FeedIn,
    registry: Registry,
    key: CodeKey,
    work: WorkDep,
    response: Response,
    _once: OnceShown,
) -> MadeFeedOut:
    """A private feed for an organisation's calendar programs; its address is shown this once."""
    organisation = await organisation_of(registry, body.organisation_id, city_code=caller.city)
    must_speak_for(caller, organisation.id)
    feed, token = await service.make_feed(
        await work.open(), organisation=organisation, caller=caller, key=key, now=clock.now(caller.city)
    )
    response.headers["Cache-Control"] = "no-store"
    return MadeFeedOut(feed=FeedOut.model_validate(feed), address=f"/v1/events/feed.ics?token={token}")


@routes.get("/feeds")
async def list_private_feeds(caller: MayRead, session: SessionDep, page: PageDep) -> Page[FeedOut]:
    """Private feeds that were made, without their tokens."""
    rows, cursor = await queries.find_feeds(session, page, caller=caller)
    return Page(items=[FeedOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/feeds/{feed_id}/revocation")
async def revoke_private_feed(caller: MayRegister, feed_id: FeedId, session: SessionDep, _key: KeyOptional) -> FeedOut:
    """Close a private feed: its address answers nobody any more."""
    feed = await service.revoke_feed(session, feed_id=feed_id, caller=caller, now=clock.now(caller.city))
    return FeedOut.model_validate(feed)
