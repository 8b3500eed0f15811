"""For people: each live city's policy as a page, with what is set today. `/policies`, `/policies/xuzhou?lang=en`,
`/policies/xuzhou/statistics`, `/policies/xuzhou/ratings`.
"""

from typing import Annotated

from fastapi import Header, Path, Query

from contracts.published_statistics import PublishedAsked, PublishedReply
from gateway.window.policies.queries import policy_for
from gateway.window.ratings.views import city_ratings
from gateway.window.reference.answer import PageResponse
from gateway.window.reference.pages import index_page, ratings_page, reference_page, statistics_page
from gateway.window.reference.queries import live_cities
from gateway.window.reference.words import Language, language_of
from kernel.neighbours import Registry
from kernel.problems import NotFound
from kernel.routing import SessionDep, WorkDep, router
from policy.store import accepted_now

# No scope: what a city has published is public. A sandbox is somebody's own and has no page.
routes = router()
Accepted = Annotated[str, Header(alias="accept-language", max_length=1000)]
PUBLISHED_SECONDS = 300


@routes.get("/policies", include_in_schema=False)
async def list_policies(session: SessionDep) -> PageResponse:
    """Every live city."""
    cities = await live_cities(session)
    return PageResponse(index_page([await policy_for(session, code, accepted_now(code)) for code in cities.values()]))


@routes.get("/policies/{pack_id}", include_in_schema=False)
async def read_policy_page(
    pack_id: Annotated[str, Path(max_length=40)],
    session: SessionDep,
    lang: Annotated[Language | None, Query()] = None,
    accepted: Accepted = "",
) -> PageResponse:
    """One city in the language asked for, else in that of the browser."""
    city_code = (await live_cities(session)).get(pack_id)
    if city_code is None:
        raise NotFound
    language = language_of(lang, accepted)
    other = f"/policies/{pack_id}?lang={'en' if language == 'zh' else 'zh'}"
    at = accepted_now(city_code)
    snapshot = await policy_for(session, city_code, at)
    return PageResponse(reference_page(snapshot, at=at, language=language, other=other))


@routes.get("/policies/{pack_id}/statistics", include_in_schema=False)
async def read_statistics_page(
    pack_id: Annotated[str, Path(max_length=40)],
    work: WorkDep,
    registry: Registry,
    lang: Annotated[Language | None, Query()] = None,
    accepted: Accepted = "",
) -> PageResponse:
    """XZ-37: what the city publishes of its statistical reports, with pictures; no firm can be told from it."""
    session = await work.open()
    city_code = (await live_cities(session)).get(pack_id)
    if city_code is None:
        raise NotFound
    snapshot = await policy_for(session, city_code, accepted_now(city_code))
    await work.close()  # nothing is held while the registry answers
    language = language_of(lang, accepted)
    asked = PublishedAsked(city_code=city_code, language=language).model_dump(mode="json")
    found = await registry.post("/internal/published-statistics", asked, PublishedReply, repeatable=True)
    page = statistics_page(snapshot.pack, found, language=language)
    return PageResponse(page, max_age=PUBLISHED_SECONDS)


@routes.get("/policies/{pack_id}/ratings", include_in_schema=False)
async def read_ratings_page(
    pack_id: Annotated[str, Path(max_length=40)],
    session: SessionDep,
    lang: Annotated[Language | None, Query()] = None,
    accepted: Accepted = "",
) -> PageResponse:
    """What applicants say of each service item of a city; nobody can be told from it."""
    city_code = (await live_cities(session)).get(pack_id)
    if city_code is None:
        raise NotFound
    snapshot = await policy_for(session, city_code, accepted_now(city_code))
    page = ratings_page(snapshot.pack, await city_ratings(session, snapshot), language=language_of(lang, accepted))
    return PageResponse(page, max_age=PUBLISHED_SECONDS)
