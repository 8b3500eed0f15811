"""For people: what their city offers, and whether they qualify. `/portal`, `/portal/xuzhou`, `/portal/xuzhou/<item>`.

The check is a form sent by GET: the answers stand in the address, nothing is looked up and nothing is kept.
"""

from typing import Annotated

from fastapi import Header, Path, Query, Request

from contracts.published_calendar import CalendarAsked, CalendarReply, ShownEvent
from gateway.window.policies.queries import policy_for
from gateway.window.portal.pages import city_page, front_page, guide_page
from gateway.window.portal.questions import check
from gateway.window.portal.views import CityPage
from gateway.window.reference.answer import PageResponse
from gateway.window.reference.queries import live_cities
from gateway.window.reference.words import Language, language_of
from kernel.client import ServiceClient
from kernel.neighbours import Events
from kernel.problems import NotFound, Problem
from kernel.routing import SessionDep, Work, WorkDep, router
from policy.store import accepted_now

# No scope: what a city offers is public. A sandbox is somebody's own and has no page.
routes = router(prefix="/portal")
Lang = Annotated[Language | None, Query()]
Accepted = Annotated[str, Header(alias="accept-language", max_length=1000)]
PackId = Annotated[str, Path(max_length=40)]
ItemId = Annotated[str, Path(max_length=100)]
ANSWER_MAX = 200  # longer than any answer the form can give


@routes.get("", include_in_schema=False)
async def read_front_page(session: SessionDep, lang: Lang = None, accepted: Accepted = "") -> PageResponse:
    """Every live city."""
    cities = await live_cities(session)
    snapshots = [await policy_for(session, code, accepted_now(code)) for code in cities.values()]
    return PageResponse(front_page(snapshots, language=language_of(lang, accepted)))


@routes.get("/{pack_id}", include_in_schema=False)
async def read_city_page(
    pack_id: PackId, work: WorkDep, events: Events, lang: Lang = None, accepted: Accepted = ""
) -> PageResponse:
    """What the city offers, by whom it is for, with its next events."""
    page = await _page(work, pack_id, language_of(lang, accepted))
    await work.close()  # nothing is held while events answers
    return PageResponse(city_page(page, await _events_to_come(events, page)))


@routes.get("/{pack_id}/{item}", include_in_schema=False)
async def read_guide(
    request: Request, pack_id: PackId, item: ItemId, work: WorkDep, lang: Lang = None, accepted: Accepted = ""
) -> PageResponse:
    """What an item asks for, what it is decided by, and what the policy says to the answers in the query."""
    page = await _page(work, pack_id, language_of(lang, accepted))
    await work.close()
    found = page.pack.items.get(item)
    if found is None:
        raise NotFound
    typed = {name: text for name, text in request.query_params.items() if len(text) <= ANSWER_MAX}
    return PageResponse(guide_page(page, item, found, check(page.snapshot, found, typed, at=page.at)))


async def _page(work: Work, pack_id: str, language: Language) -> CityPage:
    session = await work.open()
    city_code = (await live_cities(session)).get(pack_id)
    if city_code is None:
        raise NotFound
    at = accepted_now(city_code)
    return CityPage(await policy_for(session, city_code, at), at=at, language=language)


async def _events_to_come(events: ServiceClient, page: CityPage) -> tuple[ShownEvent, ...] | None:
    """None when the calendar does not answer: the page is worth reading without."""
    asked = CalendarAsked(city_code=page.snapshot.city_code, language=page.language).model_dump(mode="json")
    try:
        return (await events.post("/internal/published-calendar", asked, CalendarReply, repeatable=True)).events
    except Problem:
        return None
