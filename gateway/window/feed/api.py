"""Polling the feed."""

from typing import Annotated

from fastapi import Depends, Query, Request

from contracts.asking import may_own
from gateway.window.feed.models import FeedEntry
from gateway.window.feed.queries import entries_after
from gateway.window.feed.rules import facts_kept
from gateway.window.feed.schemas import FeedEntryOut, FeedOut, FeedTypeOut, FeedTypesOut
from gateway.window.feed.service import stamp
from gateway.window.feed.wording import WORDS, words_of
from kernel.auth import Caller, may
from kernel.paging import LIMIT_MAX, PageQuery
from kernel.routing import SessionDep, router

routes = router(prefix="/v1/window/feed", tags=["feed"])


async def _poll(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_MAX,
    after: Annotated[str | None, Query(max_length=1000, description="`next` of the answer before")] = None,
) -> PageQuery:
    return PageQuery(request, limit, after)


@routes.get("")
async def read_feed(
    caller: Annotated[Caller, may_own("feed:read")], session: SessionDep, poll: Annotated[PageQuery, Depends(_poll)]
) -> FeedOut:
    """Facts of the city that concern the caller or whom it acts for, in gapless order, without personal data."""
    await stamp(session, caller.city)
    start = (poll.position() or [0])[0]
    entries, reached, more = await entries_after(session, caller, after=start, limit=poll.limit)
    return FeedOut(items=[shown(entry) for entry in entries], next=poll.seal([reached]), more=more)


@routes.get("/types")
async def list_feed_types(_caller: Annotated[Caller, may("feed:read")]) -> FeedTypesOut:
    """What the feed may tell of, and a webhook may be narrowed to."""
    return FeedTypesOut(items=[FeedTypeOut(type=name, zh=zh, en=en) for name, (zh, en) in sorted(WORDS.items())])


def shown(entry: FeedEntry) -> FeedEntryOut:
    """An entry as partners read it, whichever way it reaches them."""
    zh, en = words_of(entry.type, entry.data)
    return FeedEntryOut(
        id=entry.event_id,
        position=entry.position or 0,
        type=entry.type,
        occurred_at=entry.occurred_at,
        case_id=entry.case_id,
        actor=entry.actor_kind,
        zh=zh,
        en=en,
        data=facts_kept(entry.type, entry.data),
    )
