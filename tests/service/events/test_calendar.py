"""From draft to cancellation, as an officer works and as the public and its calendar programs see it."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from devtools.databases import Database
from kernel import clock
from kernel.ids import encode_id
from kernel.outbox import OutboxEvent
from services.events.calendar.models import CalendarEvent
from services.events.main import PUBLIC_ROUTES, build
from services.events.settings import EventSettings
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import an_organisation, answers, registry_of
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
FEED = "/v1/events/calendar.ics?city=320300"
WUHAN = "420100"
OWN: dict[str, Any] = {"settings": EventSettings, "attendance_code_key": "k" * 40}
CITY = {"pack_id": "xuzhou", "name_zh": "徐州市", "name_en": "Xuzhou", "is_sandbox": False}


@pytest.fixture(scope="module")
async def running_events(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with running(build, "events", database("events"), tmp_path_factory.mktemp("events"), **OWN) as process:
        await process.tell("city.opened", CITY | {"city_code": XUZHOU})
        yield process


@pytest.fixture
async def events(running_events: Process) -> AsyncIterator[Process]:
    known = (an_organisation(1), an_organisation(2, city=WUHAN), an_organisation(4, status="deregistered"))
    registry_of(running_events, *known)
    yield running_events
    async with running_events.app.state.sessions() as session, session.begin():
        await session.execute(update(CalendarEvent).values(city_code="other"))  # the next test finds none


async def let_pass(events: Process, days: int) -> None:
    """Move the city's clock forward from wherever earlier tests left it; it never goes back."""
    ahead = clock.now(XUZHOU) - clock.real_now() + timedelta(days=days)
    seconds = round(ahead.total_seconds())
    await events.tell("city.clock_moved", {"city_code": XUZHOU, "offset_seconds": seconds})


def a_roadshow(**more: Any) -> dict[str, Any]:
    starts_at = (clock.now(XUZHOU) + timedelta(days=10)).replace(microsecond=0)
    return {
        "kind": "roadshow",
        "level": "municipal",
        "host_id": encode_id("org", UUID(int=1)),
        "title": {"zh": "众创空间项目路演第八期,生物医药专场", "en": "Roadshow 8"},
        "description": {"zh": "十个项目,每个八分钟。"},
        "venue": "徐州市科技大市场二楼",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
        "capacity": 120,
    } | more


class Desk:
    """An officer at the calendar: remembers the ETag of what was answered last."""

    def __init__(self, client: Any) -> None:
        self._client, self._tag, self.path = client, "", ""

    async def draft(self, **more: Any) -> dict[str, Any]:
        return self._kept(await self._client.post("/v1/events/calendar", json=a_roadshow(**more)), 201)

    async def do(self, verb: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"If-Match": self._tag}
        return self._kept(await self._client.post(f"{self.path}/{verb}", json=body, headers=headers), 200)

    async def edit(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._kept(await self._client.put(self.path, json=body, headers={"If-Match": self._tag}), 200)

    def _kept(self, answer: Any, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        event: dict[str, Any] = answer.json()
        self._tag, self.path = answer.headers["etag"], f"/v1/events/calendar/{event['id']}"
        return event


@pytest.fixture
async def desk(events: Process) -> AsyncIterator[Desk]:
    async with events.as_("person:officer-1", "officer") as client:
        yield Desk(client)


async def published(events: Process, path: str = FEED) -> list[Any]:
    """The feed's events as a calendar program without any token reads them."""
    async with events.client() as anyone:
        answer = await anyone.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content).events)


async def facts(events: Process, event_id: str) -> list[tuple[str, int]]:
    async with events.app.state.sessions() as session:
        rows = await session.scalars(select(OutboxEvent).order_by(OutboxEvent.seq))
        return [(row.type, row.data["sequence"]) for row in rows if encode_id("evt", UUID(row.subject)) == event_id]


async def test_subscribers_follow_an_event_through_its_life(events: Process, desk: Desk) -> None:
    drafted = await desk.draft()
    assert await published(events) == []

    await desk.do("publish")
    (first,) = await published(events)
    assert (first["SEQUENCE"], first["STATUS"]) == (0, "CONFIRMED")
    assert first["DTSTAMP"].dt == first["LAST-MODIFIED"].dt

    await desk.edit(a_roadshow(title={"zh": "路演第八期"}, starts_at=drafted["starts_at"], ends_at=drafted["ends_at"]))
    (second,) = await published(events)
    assert (second["UID"], second["SEQUENCE"], str(second["SUMMARY"])) == (first["UID"], 1, "路演第八期")
    assert second["DTSTART"].dt == first["DTSTART"].dt

    moved = first["DTSTART"].dt + timedelta(days=1)
    times = {"starts_at": moved.isoformat(), "ends_at": (moved + timedelta(hours=2)).isoformat()}
    await desk.do("reschedule", times)
    (third,) = await published(events)
    assert (third["SEQUENCE"], third["DTSTART"].dt) == (2, moved)

    cancelled = await desk.do("cancel", {"reason": "场地停电"})
    (last,) = await published(events)
    assert (last["UID"], last["SEQUENCE"], last["STATUS"]) == (first["UID"], 3, "CANCELLED")
    stamps = [entry["LAST-MODIFIED"].dt for entry in (first, second, third, last)]
    assert stamps == sorted(set(stamps))

    assert (cancelled["status"], cancelled["sequence"]) == ("cancelled", 3)
    assert await facts(events, drafted["id"]) == [
        ("calendar_event.published", 0),
        ("calendar_event.published", 1),
        ("calendar_event.published", 2),
        ("calendar_event.cancelled", 3),
    ]


async def test_the_history_names_who_did_what(events: Process, desk: Desk) -> None:
    await desk.draft()
    await desk.edit(a_roadshow(venue="二楼"))
    await desk.do("publish")
    await desk.do("cancel", {"reason": "停电"})
    async with events.as_("person:officer-2", "officer") as officer:
        history = (await officer.get(f"{desk.path}/changes")).json()
    assert [line["fact"] for line in history] == ["drafted", "redrafted", "published", "cancelled"]
    assert {line["changed_by"] for line in history} == {"person:officer-1"}


async def test_an_unchanged_feed_is_not_sent_again(events: Process, desk: Desk) -> None:
    await desk.draft()
    await desk.do("publish")
    async with events.client() as anyone:
        first = await anyone.get(FEED)
        again = await anyone.get(FEED, headers={"If-None-Match": first.headers["etag"]})
        await desk.do("cancel", {"reason": "停电"})
        changed = await anyone.get(FEED, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=300"
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_rendering_later_changes_nothing(events: Process, desk: Desk) -> None:
    """DTSTAMP is the last change: a feed asked for a week later has the same bytes."""
    await desk.draft()
    await desk.do("publish")
    async with events.client() as anyone:
        now = (await anyone.get(FEED)).content
        await let_pass(events, days=7)
        later = (await anyone.get(FEED)).content
    assert later == now


@pytest.mark.parametrize(("days", "shown"), [(89, 1), (91, 0)])
async def test_a_cancellation_stays_for_ninety_days(events: Process, desk: Desk, days: int, shown: int) -> None:
    soon = (clock.now(XUZHOU) + timedelta(hours=1)).replace(microsecond=0)
    await desk.draft(starts_at=soon.isoformat(), ends_at=(soon + timedelta(hours=1)).isoformat())
    await desk.do("publish")
    await desk.do("cancel", {"reason": "停电"})
    await let_pass(events, days=days)
    assert len(await published(events)) == shown
    assert len(await published(events, f"{desk.path}.ics")) == 1


async def test_a_draft_is_seen_by_officers_only(events: Process, desk: Desk) -> None:
    draft = await desk.draft()
    async with events.as_("portal", "portal") as portal, events.client() as anyone:
        assert (await portal.get(desk.path)).status_code == 404
        assert (await portal.get("/v1/events/calendar")).json()["items"] == []
        assert (await anyone.get(f"{desk.path}.ics")).status_code == 404
        await desk.do("publish")
        assert (await portal.get(desk.path)).json()["title"] == draft["title"]
        assert (await anyone.get(f"{desk.path}.ics")).status_code == 200


async def test_months_are_shanghai_months_and_long_events_fall_into_both(events: Process, desk: Desk) -> None:
    new_year = "2030-12-31T16:30:00Z"  # half past midnight of 1 January in Shanghai
    await desk.draft(starts_at=new_year, ends_at="2031-01-01T02:00:00Z", level="national")
    await desk.draft(starts_at="2030-12-30T02:00:00Z", ends_at="2031-01-02T02:00:00Z")
    async with events.as_("person:officer-1", "officer") as officer:

        async def starts(query: str) -> list[str]:
            found = (await officer.get(f"/v1/events/calendar?{query}")).json()["items"]
            return [event["starts_at"] for event in found]

        assert await starts("month=2030-12") == ["2030-12-30T02:00:00Z"]
        assert await starts("month=2031-01") == ["2030-12-30T02:00:00Z", new_year]
        assert await starts("month=2031-01&level=national") == [new_year]
        assert await starts("kind=salon") == []


async def test_pages_follow_the_time_of_start(events: Process, desk: Desk) -> None:
    starts = [f"2031-03-0{day}T02:00:00Z" for day in (3, 1, 2)]
    for start in starts:
        await desk.draft(starts_at=start, ends_at=start.replace("T02", "T04"))
    seen, query = [], "month=2031-03&limit=2"
    async with events.as_("person:officer-1", "officer") as officer:
        while query:
            page = (await officer.get(f"/v1/events/calendar?{query}")).json()
            seen += [event["starts_at"] for event in page["items"]]
            query = page["next_cursor"] and f"month=2031-03&limit=2&cursor={page['next_cursor']}"
    assert seen == sorted(starts)


async def test_publication_refuses_with_every_reason(events: Process, desk: Desk) -> None:
    await desk.draft(venue=None, starts_at="2020-01-01T02:00:00Z")
    async with events.as_("person:officer-1", "officer") as officer:
        refused = await officer.post(f"{desk.path}/publish", headers={"If-Match": "*"})
    assert refused.status_code == 409
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["starts_in_past", "place_missing"]


async def test_two_editors_do_not_overwrite_each_other(events: Process, desk: Desk) -> None:
    await desk.draft()
    async with events.as_("person:officer-2", "officer") as other:
        missing = await other.put(desk.path, json=a_roadshow())
        await desk.edit(a_roadshow(venue="三楼"))
        stale = await other.put(desk.path, json=a_roadshow(), headers={"If-Match": '"v1"'})
    assert (missing.status_code, stale.status_code) == (428, 412)


async def test_what_was_called_off_cannot_be_published(events: Process, desk: Desk) -> None:
    await desk.draft()
    await desk.do("cancel", {"reason": "停电"})
    assert await published(events) == []  # it never was public
    async with events.as_("person:officer-1", "officer") as officer:
        refused = await officer.post(f"{desk.path}/publish", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "move_not_allowed")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"host_id": encode_id("org", UUID(int=3))}, "/host_id"),
        ({"host_id": encode_id("org", UUID(int=2))}, "/host_id"),  # another city's
        ({"online_link": "javascript:alert(1)"}, "/online_link"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "/starts_at"),
        ({"starts_at": "2031-01-01T02:00:00"}, "/starts_at"),
        ({"capacity": 0}, "/capacity"),
        ({"title": {"zh": "路演\x07"}}, None),
    ],
)
async def test_bad_content_is_refused_by_field(events: Process, wrong: dict[str, Any], pointer: str | None) -> None:
    async with events.as_("person:officer-1", "officer") as officer:
        refused = await officer.post("/v1/events/calendar", json=a_roadshow(**wrong))
    assert refused.status_code == (422 if pointer else 400), refused.text
    if pointer:
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_an_event_ends_after_it_starts(events: Process) -> None:
    body = a_roadshow()
    async with events.as_("person:officer-1", "officer") as officer:
        refused = await officer.post("/v1/events/calendar", json=body | {"ends_at": body["starts_at"]})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "ends_before_start")


async def test_a_host_that_no_longer_exists_holds_nothing(events: Process) -> None:
    async with events.as_("person:officer-1", "officer") as officer:
        refused = await officer.post("/v1/events/calendar", json=a_roadshow(host_id=encode_id("org", UUID(int=4))))
    assert (refused.status_code, refused.json()["code"]) == (409, "host_ended")


async def test_a_silent_registry_is_told_as_retryable(events: Process) -> None:
    answers(events, "registry", lambda _path: 503)
    async with events.as_("person:officer-1", "officer") as officer:
        answer = await officer.post("/v1/events/calendar", json=a_roadshow())
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)


async def test_who_may_do_what(events: Process, desk: Desk) -> None:
    await desk.draft()
    async with events.as_("portal", "portal") as portal, events.client() as anyone:
        assert (await portal.post("/v1/events/calendar", json=a_roadshow())).status_code == 403
        assert (await anyone.get("/v1/events/calendar")).status_code == 401
        assert (await anyone.get("/v1/events/calendar.ics?city=110000")).status_code == 404
    async with events.as_("person:officer-9", "officer", city=WUHAN) as elsewhere:
        assert (await elsewhere.get(desk.path)).status_code == 404
        assert (await elsewhere.post(f"{desk.path}/publish", headers={"If-Match": "*"})).status_code == 404


def test_the_public_routes_are_the_feeds_and_results_alone() -> None:
    assert {path for _method, path in PUBLIC_ROUTES} == {
        "/v1/events/feed.ics",
        "/v1/events/calendar.ics",
        "/v1/events/calendar/{event_id}.ics",
        "/v1/events/competitions/{edition_id}/public-result",
    }


async def test_events_are_counted_once_they_took_place(events: Process, desk: Desk) -> None:
    async def counted(**asked: Any) -> int:
        one = {"key": "k", "counter": "events", "until": clock.today(XUZHOU).isoformat()} | asked
        async with events.as_("workload:window", "workload") as window:
            body = {"city_code": XUZHOU, "counts": [one]}
            answer = await window.post("/internal/counts", json=body)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["counts"][0]["counted"])

    held_on = clock.on_date(datetime.fromisoformat(a_roadshow()["ends_at"]))
    the_day = {"since": held_on.isoformat(), "until": held_on.isoformat()}
    the_day_after = dict.fromkeys(("since", "until"), (held_on + timedelta(days=1)).isoformat())
    # Other tests have events in this city too.
    before, later = await counted(**the_day), await counted(**the_day_after)
    await desk.draft()
    await desk.do("publish")
    await desk.draft()  # never published
    assert await counted(**the_day) == before
    await let_pass(events, 12)
    assert await counted(**the_day) == before + 1
    assert await counted(**the_day, kinds=["roadshow"]) == before + 1
    assert await counted(**the_day, kinds=["roadshow", "skill_contest"]) == before + 1  # ZZ-33
    assert await counted(**the_day, kinds=["training"]) == 0
    assert await counted(**the_day_after) == later


@pytest.mark.parametrize("days", [{"until": "9999-12-31"}, {"since": "0001-01-01", "until": "2026-01-01"}])
async def test_days_that_cannot_be_counted_between_are_refused(events: Process, days: dict[str, str]) -> None:
    asked = {"city_code": XUZHOU, "counts": [{"key": "k", "counter": "events"} | days]}
    async with events.as_("workload:window", "workload") as window:
        assert (await window.post("/internal/counts", json=asked)).status_code == 422


async def test_an_event_that_ends_at_midnight_counts_on_one_day(events: Process, desk: Desk) -> None:
    """At the turn of a year that is one year: WH-04 counts each anew."""
    midnight = clock.start_of(clock.today(XUZHOU) + timedelta(days=2))
    days = [(clock.on_date(midnight) + timedelta(days=n)).isoformat() for n in (-1, 0)]

    async def counted() -> list[int]:
        asked = [{"key": day, "counter": "events", "since": day, "until": day} for day in days]
        async with events.as_("workload:window", "workload") as window:
            answer = await window.post("/internal/counts", json={"city_code": XUZHOU, "counts": asked})
        return [one["counted"] for one in answer.json()["counts"]]

    times = {"starts_at": (midnight - timedelta(hours=2)).isoformat(), "ends_at": midnight.isoformat()}
    await desk.draft(**times)
    await desk.do("publish")
    before = await counted()
    await let_pass(events, 3)
    after = await counted()
    assert [now - was for was, now in zip(before, after, strict=True)] == [0, 1]


async def test_the_public_page_is_told_what_is_to_come_and_no_draft(events: Process, desk: Desk) -> None:
    async def shown(language: str = "zh") -> list[dict[str, Any]]:
        async with events.as_("workload:window", "workload") as window:
            answer = await window.post("/internal/published-calendar", json={"city_code": XUZHOU, "language": language})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["events"]
        return found

    await desk.draft()
    await desk.do("publish")
    await desk.draft()  # never published
    assert [event["kind"] for event in await shown()] == ["roadshow"]
    assert (await shown())[0]["title"] != (await shown("en"))[0]["title"]
    await let_pass(events, 12)
    assert await shown() == []


async def test_the_overview_counts_what_is_to_come(events: Process, desk: Desk) -> None:
    async def to_come() -> tuple[int, Any]:
        async with events.as_("workload:window", "workload") as window:
            answer = await window.get("/internal/overview", params={"city": XUZHOU})
        assert answer.status_code == 200, answer.text
        return answer.json()["to_come"], answer.json()["next_at"]

    await desk.draft()  # not published yet
    assert await to_come() == (0, None)
    await desk.do("publish")
    ahead, next_at = await to_come()
    assert (ahead, next_at is None) == (1, False)
    await let_pass(events, 12)
    assert await to_come() == (0, None)
