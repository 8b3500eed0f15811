"""From registration to the signed record, as organisations, who organises an event and officers meet it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from devtools.databases import Database
from kernel import clock
from kernel.idempotency import StoredAnswer
from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from kernel.timers import Timer
from kernel.workbooks import read_sheet
from services.events.attendance.feeds.models import CalendarFeed
from services.events.attendance.registrations.models import EventContact, EventRegistration
from services.events.attendance.registrations.offers import OFFER_LAPSES, lapse_offer
from services.events.calendar.models import CalendarEvent
from services.events.main import build
from services.events.settings import EventSettings
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import an_organisation, registry_of
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
OWN: dict[str, Any] = {"settings": EventSettings, "attendance_code_key": "k" * 40}
CITY = {"city_code": XUZHOU, "pack_id": "xuzhou", "name_zh": "徐州市", "name_en": "Xuzhou", "is_sandbox": False}
HOST, CO_HOST, TEAM, ENDED = 1, 2, 30, 31
CONTACT = {"name": "王晓", "phone": "0516-80800000"}


def org(number: int) -> str:
    return encode_id("org", UUID(int=number))


@pytest.fixture(scope="module")
async def running_events(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with running(build, "events", database("events"), tmp_path_factory.mktemp("events"), **OWN) as process:
        await process.tell("city.opened", CITY)
        yield process


@pytest.fixture
async def events(running_events: Process) -> AsyncIterator[Process]:
    firms = [an_organisation(n, name=f"第{n}公司", credit_code=f"913203{n:012d}") for n in range(1, 30)]
    registry_of(
        running_events,
        *firms,
        an_organisation(TEAM, name="星火团队", kind="team"),
        an_organisation(ENDED, status="deregistered", credit_code="91320300MA1"),
        an_organisation(40, city="420100", credit_code="91420100MA1"),
    )
    yield running_events
    async with running_events.app.state.sessions() as session, session.begin():
        for table in (CalendarEvent, EventRegistration, CalendarFeed):
            await session.execute(update(table).values(city_code="other"))  # the next test finds none


async def pass_until(events: Process, moment: datetime) -> None:
    """Move the city's clock forward to the moment."""
    seconds = round((moment - clock.real_now()).total_seconds()) + 1
    await events.tell("city.clock_moved", {"city_code": XUZHOU, "offset_seconds": seconds})


class Day:
    """One event and those who come to it."""

    def __init__(self, events: Process, event: dict[str, Any]) -> None:
        self.events, self.event = events, event
        self.path = f"/v1/events/calendar/{event['id']}"
        self.starts_at = datetime.fromisoformat(event["starts_at"])
        self.ends_at = datetime.fromisoformat(event["ends_at"])

    def organisation(self, number: int) -> Any:
        return self.events.as_(f"portal-{number}", "portal", organisation=str(UUID(int=number)))

    def officer(self) -> Any:
        return self.events.as_("person:officer-1", "officer")

    async def asks(self, number: int, *, seats: int = 1) -> Any:
        body = {"organisation_id": org(number), "seats": seats, "contact": CONTACT}
        async with self.organisation(number) as client:
            return await client.post(f"{self.path}/registrations", json=body)

    async def registers(self, number: int, *, seats: int = 1) -> dict[str, Any]:
        answer = await self.asks(number, seats=seats)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def does(self, number: int, row: dict[str, Any], what: str) -> Any:
        async with self.organisation(number) as client:
            return await client.post(f"/v1/events/registrations/{row['id']}/{what}")

    async def now(self, row: dict[str, Any]) -> dict[str, Any]:
        async with self.officer() as officer:
            return (await officer.get(f"/v1/events/registrations/{row['id']}")).json()

    async def code(self, number: int, row: dict[str, Any]) -> str:
        async with self.organisation(number) as client:
            answer = await client.put(f"/v1/events/registrations/{row['id']}/code")
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()["code"]

    async def at_door(self, what: str, body: dict[str, Any]) -> Any:
        async with self.organisation(HOST) as host:
            return await host.post(f"{self.path}/{what}", json=body)

    async def signs(self, persons: int, organisations: int, **more: Any) -> Any:
        body = {"persons": persons, "organisations": organisations} | more
        async with self.officer() as officer:
            return await officer.post(f"{self.path}/attendance-records", json=body)

    async def changes(self, verb: str, body: dict[str, Any] | None = None) -> Any:
        async with self.officer() as officer:
            return await officer.post(f"{self.path}/{verb}", json=body, headers={"If-Match": "*"})

    async def seats_taken(self) -> int:
        async with self.events.app.state.sessions() as session:
            event = await session.get_one(CalendarEvent, decode_id("evt", self.event["id"]))
            return int(event.seats_taken)

    async def facts(self, kind: str) -> list[dict[str, Any]]:
        async with self.events.app.state.sessions() as session:
            rows = await session.scalars(select(OutboxEvent).where(OutboxEvent.type == kind).order_by(OutboxEvent.seq))
            event_id = str(decode_id("evt", self.event["id"]))
            return [row.data for row in rows if row.data["event_id"] == event_id]


async def a_day(events: Process, *, publish: bool = True, offer_minutes: int | None = 60, **more: Any) -> Day:
    now = clock.now(XUZHOU).replace(microsecond=0)
    starts_at = clock.start_of(clock.on_date(now) + timedelta(days=3)) + timedelta(hours=14)
    terms = {"opens_at": now.isoformat(), "closes_at": starts_at.isoformat(), "offer_minutes": offer_minutes}
    body = {
        "kind": "salon",
        "level": "municipal",
        "host_id": org(HOST),
        "co_host_ids": [org(CO_HOST)],
        "title": {"zh": "创业沙龙"},
        "venue": "二楼",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
        "capacity": 2,
        "registration": terms,
    } | more
    async with events.as_("person:officer-1", "officer") as officer:
        drafted = await officer.post("/v1/events/calendar", json=body)
        assert drafted.status_code == 201, drafted.text
        day = Day(events, drafted.json())
        if publish:
            assert (await officer.post(f"{day.path}/publish", headers={"If-Match": "*"})).status_code == 200
    return day


def codes_of(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


async def until(check: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not await check():
            await asyncio.sleep(0.05)


async def test_of_many_who_want_few_seats_exactly_so_many_get_one(events: Process) -> None:
    day = await a_day(events, capacity=5, offer_minutes=None)
    answers = await asyncio.gather(*(day.asks(number) for number in range(3, 17)))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 9
    assert {tuple(codes_of(answer)) for answer in answers if answer.status_code == 409} == {("event_full",)}
    assert await day.seats_taken() == 5


async def test_the_others_wait_each_in_a_place_of_their_own(events: Process) -> None:
    day = await a_day(events, capacity=3)
    answers = await asyncio.gather(*(day.asks(number) for number in range(3, 13)))
    rows = [answer.json() for answer in answers]
    assert sorted(row["place"] for row in rows if row["status"] == "waiting") == list(range(1, 8))
    assert sum(row["status"] == "registered" for row in rows) == 3
    assert await day.seats_taken() == 3


async def test_the_database_itself_sells_no_seat_twice(events: Process) -> None:
    day = await a_day(events)
    oversell = update(CalendarEvent).where(CalendarEvent.id == decode_id("evt", day.event["id"])).values(seats_taken=3)
    with pytest.raises(DBAPIError, match="ck_calendar_event_seats_within_capacity"):
        async with events.app.state.sessions() as session, session.begin():
            await session.execute(oversell)


async def test_one_organisation_registers_once_however_often_it_asks_at_once(events: Process) -> None:
    day = await a_day(events, capacity=50)
    answers = await asyncio.gather(*(day.asks(3) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert await day.seats_taken() == 1


async def test_a_freed_seat_is_offered_in_order_and_lapses(events: Process) -> None:
    day = await a_day(events)
    first = await day.registers(3, seats=2)
    second, third = await day.registers(4), await day.registers(5)
    assert (second["status"], second["place"], third["place"]) == ("waiting", 1, 2)
    assert (await day.does(3, first, "withdrawal")).json()["status"] == "withdrawn"

    offered = await day.now(second)
    assert (offered["status"], (await day.now(third))["status"]) == ("offered", "offered")
    assert await day.seats_taken() == 2
    told = await day.facts("event_registration.offered")
    assert [fact["organisation_id"] for fact in told] == [str(UUID(int=4)), str(UUID(int=5))]
    assert (await day.does(5, third, "acceptance")).json()["status"] == "registered"

    fourth = await day.registers(6)
    await pass_until(events, datetime.fromisoformat(offered["offer_ends_at"]))
    late = await day.does(4, second, "acceptance")
    assert late.status_code == 409
    await until(lambda: is_now(day, second, "lapsed"))
    await until(lambda: is_now(day, fourth, "offered"))
    assert (await day.now(third))["status"] == "registered"
    ended = [(fact["organisation_id"], fact["ended_as"]) for fact in await day.facts("event_registration.ended")]
    assert ended == [(str(UUID(int=3)), "withdrawn"), (str(UUID(int=4)), "lapsed")]


async def is_now(day: Day, row: dict[str, Any], status: str) -> bool:
    return bool((await day.now(row))["status"] == status)


@pytest.mark.parametrize("first", ["acceptance", "lapse"])
async def test_an_offer_taken_up_while_it_lapses_ends_one_way(events: Process, first: str) -> None:
    day = await a_day(events, capacity=1)
    seated = await day.registers(3)
    offered, waiting = await day.registers(4), await day.registers(5)
    await day.does(3, seated, "withdrawal")

    async def lapses() -> None:
        async with events.app.state.sessions() as session, session.begin():
            row_id = str(decode_id("ern", offered["id"]))
            timer = await session.scalar(select(Timer).where(Timer.kind == OFFER_LAPSES, Timer.object_id == row_id))
            await lapse_offer(session, timer or Timer(object_id=row_id))

    both = [day.does(4, offered, "acceptance"), lapses()]
    await asyncio.gather(*(both if first == "acceptance" else reversed(both)))
    ended = ((await day.now(offered))["status"], (await day.now(waiting))["status"])
    assert ended in {("registered", "waiting"), ("lapsed", "offered")}
    assert await day.seats_taken() == 1


async def test_after_any_rush_the_seats_add_up(events: Process) -> None:
    day, rows = await a_day(events, capacity=4), dict[int, dict[str, Any]]()
    drawn = Random(11)  # noqa: S311 - a rush to be repeated, not a secret

    async def something(number: int) -> None:
        row = rows.get(number)
        if row is None or row["status"] in {"withdrawn", "lapsed"}:
            answer = await day.asks(number, seats=drawn.randint(1, 2))
        else:
            answer = await day.does(number, row, drawn.choice(["acceptance", "withdrawal"]))
        if answer.is_success:
            rows[number] = answer.json()

    for _ in range(8):
        await asyncio.gather(*(something(number) for number in drawn.sample(range(3, 15), 6)))
    standing = [await day.now(row) for row in rows.values()]
    seated = [row for row in standing if row["status"] in {"registered", "offered"}]
    assert await day.seats_taken() == sum(row["seats"] for row in seated) <= 4
    waiting = sorted((row for row in standing if row["status"] == "waiting"), key=lambda row: row["place"])
    assert not waiting or waiting[0]["seats"] + await day.seats_taken() > 4


async def test_nobody_overtakes_who_waits_for_more_seats(events: Process) -> None:
    day = await a_day(events)
    one, other = await day.registers(3), await day.registers(4)
    pair, single = await day.registers(5, seats=2), await day.registers(6)
    await day.does(3, one, "withdrawal")
    assert ((await day.now(pair))["status"], (await day.now(single))["status"]) == ("waiting", "waiting")
    assert (await day.registers(7))["status"] == "waiting"
    await day.does(4, other, "withdrawal")
    assert ((await day.now(pair))["status"], (await day.now(single))["status"]) == ("offered", "waiting")
    await day.does(5, pair, "withdrawal")
    assert (await day.now(single))["status"] == "offered"


async def test_seats_given_up_go_to_the_next_and_who_waits_for_fewer_may_get_them(events: Process) -> None:
    day = await a_day(events, capacity=3)
    trio, pair = await day.registers(3, seats=3), await day.registers(4, seats=2)

    async def keeps(number: int, row: dict[str, Any], seats: int) -> Any:
        async with day.organisation(number) as own:
            return await own.post(f"/v1/events/registrations/{row['id']}/reduction", json={"seats": seats})

    assert codes_of(await keeps(3, trio, 3)) == ["seats_not_fewer"]
    assert (await keeps(3, trio, 2)).json()["seats"] == 2
    assert ((await day.now(pair))["status"], await day.seats_taken()) == ("waiting", 2)
    assert (await keeps(4, pair, 1)).json()["status"] == "offered"
    assert await day.seats_taken() == 3
    await day.does(3, trio, "withdrawal")
    assert codes_of(await keeps(3, trio, 1)) == ["registration_ended"]
    assert await day.seats_taken() == 1


async def test_more_seats_than_before_are_offered_and_fewer_than_taken_are_refused(events: Process) -> None:
    day = await a_day(events)
    await day.registers(3, seats=2)
    waiting = await day.registers(4, seats=2)
    wider = {name: day.event[name] for name in ("kind", "level", "title", "venue", "starts_at", "ends_at")}
    wider |= {"host_id": org(HOST), "registration": day.event["registration"]}
    async with day.officer() as officer:
        edit = {"url": day.path, "headers": {"If-Match": "*"}}
        refused = await officer.put(json=wider | {"capacity": 1}, **edit)
        assert codes_of(refused) == ["capacity_below_registered"]
        edited = await officer.put(json=wider | {"capacity": 4}, **edit)
    assert (edited.status_code, (await day.now(waiting))["status"]) == (200, "offered")
    assert (edited.json()["seats_left"], await day.seats_taken()) == (0, 4)


async def test_a_refusal_names_every_reason(events: Process) -> None:
    day = await a_day(events, audience="internal", offer_minutes=None)
    await day.changes("cancel", {"reason": "停电"})
    await pass_until(events, day.starts_at)
    body = {"organisation_id": org(ENDED), "seats": 3, "contact": CONTACT}
    async with day.officer() as officer:
        refused = await officer.post(f"{day.path}/registrations", json=body)
    assert codes_of(refused) == [
        "event_cancelled", "registration_closed", "more_than_capacity", "event_full", "not_entitled",
        "organisation_ended",
    ]  # fmt: skip


async def test_registration_has_its_time_and_its_terms(events: Process) -> None:
    later = clock.now(XUZHOU) + timedelta(days=1)
    terms = {"opens_at": later.isoformat(), "closes_at": (later + timedelta(days=1)).isoformat()}
    day = await a_day(events, registration=terms)
    assert codes_of(await day.asks(3)) == ["registration_not_open"]
    assert codes_of(await (await a_day(events, registration=None)).asks(3)) == ["registration_not_offered"]


async def test_who_may_register_whom(events: Process) -> None:
    firms_only, draft = await a_day(events, audience="organisations"), await a_day(events, publish=False)
    assert codes_of(await firms_only.asks(TEAM)) == ["not_entitled"]
    assert (await firms_only.registers(3))["status"] == "registered"
    assert codes_of(await firms_only.asks(3)) == ["already_registered"]
    assert (await draft.asks(3)).status_code == 404
    body = {"organisation_id": org(4), "seats": 1, "contact": CONTACT}
    where = f"{firms_only.path}/registrations"
    async with firms_only.organisation(3) as other:
        stranger = await other.post(where, json=body)
        assert (stranger.status_code, stranger.json()["code"]) == (403, "not_its_voice")
        foreign = await other.post(where, json=body | {"organisation_id": org(40)})
        assert [error["pointer"] for error in foreign.json()["errors"]] == ["/organisation_id"]
    async with events.as_("person:officer-9", "officer", city="420100") as elsewhere:
        assert (await elsewhere.post(where, json=body)).status_code in {404, 422}
        assert (await elsewhere.get(where)).status_code == 404


async def test_an_internal_event_is_seen_by_those_who_hold_it(events: Process) -> None:
    day = await a_day(events, audience="internal")
    async with day.organisation(3) as other, day.organisation(CO_HOST) as co_host, events.client() as anyone:
        assert (await other.get(day.path)).status_code == 404
        assert (await other.get("/v1/events/calendar")).json()["items"] == []
        assert (await co_host.get(day.path)).json()["audience"] == "internal"
        assert [event["id"] for event in (await co_host.get("/v1/events/calendar")).json()["items"]] == [
            day.event["id"]
        ]
        assert (await anyone.get(f"{day.path}.ics")).status_code == 404
        async with events.as_("workload:window", "workload") as window:
            asked = {"city_code": XUZHOU, "language": "zh"}
            assert (await window.post("/internal/published-calendar", json=asked)).json()["events"] == []
        async with events.as_("person:auditor-1", "auditor") as auditor:
            assert (await auditor.get(f"{day.path}/attendance")).json()["persons"] == 0
        feed = await anyone.get(f"/v1/events/calendar.ics?city={XUZHOU}")
        assert list(Calendar.from_ical(feed.content).events) == []
    assert (await day.asks(3)).status_code == 404
    assert (await day.registers(CO_HOST))["status"] == "registered"


async def test_a_postponement_keeps_registrants_and_tells_each(events: Process) -> None:
    day = await a_day(events)
    seated, waiting = await day.registers(3, seats=2), await day.registers(4)
    gone = await day.registers(5)
    await day.does(5, gone, "withdrawal")
    times = {
        "starts_at": (day.starts_at + timedelta(days=7)).isoformat(),
        "ends_at": (day.ends_at + timedelta(days=7)).isoformat(),
    }
    assert (await day.changes("reschedule", times)).status_code == 200
    assert [(await day.now(row))["status"] for row in (seated, waiting)] == ["registered", "waiting"]
    told = await day.facts("event_registration.event_rescheduled")
    assert [fact["organisation_id"] for fact in told] == [str(UUID(int=3)), str(UUID(int=4))]
    assert datetime.fromisoformat(told[0]["starts_at"]) == day.starts_at + timedelta(days=7)
    assert (await day.changes("cancel", {"reason": "停电"})).status_code == 200
    assert len(await day.facts("event_registration.event_cancelled")) == 2


async def test_the_contact_is_apart_and_goes_with_the_registration(events: Process) -> None:
    day = await a_day(events)
    row = await day.registers(3)
    where = f"/v1/events/registrations/{row['id']}"
    assert CONTACT["name"] not in str(row)
    async with day.organisation(HOST) as host, day.organisation(4) as other, day.organisation(3) as own:
        assert (await host.get(f"{where}/contact")).json() == CONTACT | {"erased_at": None}
        assert (await other.get(f"{where}/contact")).status_code == 404
        assert (await other.get(where)).status_code == 404
        assert (await own.post(f"{where}/contact-erasure")).json()["name"] is None
        assert (await host.get(f"{where}/contact")).json()["phone"] is None
        assert (await own.get(where)).json()["status"] == "registered"
    second = await day.registers(4)
    await day.does(4, second, "withdrawal")
    async with events.app.state.sessions() as session:
        contact = await session.get_one(EventContact, decode_id("ern", second["id"]))
        assert (contact.name, contact.phone) == (None, None)
        log = await session.scalars(select(OutboxEvent))
        assert not [fact for fact in log if CONTACT["name"] in str(fact.data)]


async def test_whoever_organises_sees_all_registrations_and_others_their_own(events: Process) -> None:
    day = await a_day(events)
    mine, _other = await day.registers(3), await day.registers(4)
    where = f"{day.path}/registrations"
    async with day.organisation(3) as own, day.organisation(CO_HOST) as co_host:
        assert [row["id"] for row in (await own.get(where)).json()["items"]] == [mine["id"]]
        assert [row["id"] for row in (await own.get("/v1/events/registrations")).json()["items"]] == [mine["id"]]
        first = (await co_host.get(f"{where}?limit=1")).json()
        rest = (await co_host.get(f"{where}?limit=1&cursor={first['next_cursor']}")).json()
        assert len({row["id"] for page in (first, rest) for row in page["items"]}) == 2
        assert (await own.get(f"{where}.xlsx")).status_code == 403
        assert (await own.get(f"{day.path}/attendance")).json()["code"] == "not_organiser"


async def test_the_portal_of_a_host_stands_at_the_door_while_it_acts_for_it(events: Process) -> None:
    day = await a_day(events, host_id=org(20), co_host_ids=[org(21)])
    body = {"organisation_id": org(3), "seats": 1, "contact": CONTACT}
    both = (UUID(int=20), UUID(int=3))
    async with (
        events.as_("agency", "portal", organisation=both) as agency,
        events.as_("stranger", "portal") as stranger,
        events.as_("partner", "portal", organisation=UUID(int=21)) as partner,
    ):
        made = await agency.post(f"{day.path}/registrations", json=body)
        assert made.status_code == 201, made.text
        assert len((await agency.get("/v1/events/registrations")).json()["items"]) == 1
        assert (await agency.get(f"{day.path}/attendance")).status_code == 200
        assert (await stranger.get(f"{day.path}/attendance")).status_code == 403
        assert (await stranger.get("/v1/events/registrations")).json()["items"] == []
        where = f"/v1/events/registrations/{made.json()['id']}"
        assert (await stranger.get(where)).status_code == 404
        assert len((await partner.get(f"{day.path}/registrations")).json()["items"]) == 1
        assert (await partner.post(f"{where}/withdrawal")).status_code == 404
        events.represented |= {"agency": None, "stranger": both}  # an officer entrusted both to another portal
        assert (await agency.get(f"{day.path}/attendance")).status_code == 403
        assert (await agency.get(where)).status_code == 404
        assert (await stranger.get(f"{day.path}/attendance")).status_code == 200
        assert (await stranger.post(f"{where}/withdrawal")).json()["status"] == "withdrawn"


async def test_a_registration_sent_again_under_its_key_is_the_same_one(events: Process) -> None:
    day = await a_day(events)
    body, key = {"organisation_id": org(3), "seats": 1, "contact": CONTACT}, {"Idempotency-Key": new_id().hex}
    async with day.organisation(3) as own:
        first = await own.post(f"{day.path}/registrations", json=body, headers=key)
        again = await own.post(f"{day.path}/registrations", json=body, headers=key)
        other = await own.post(f"{day.path}/registrations", json=body | {"seats": 2}, headers=key)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert (again.headers["idempotent-replayed"], other.status_code) == ("true", 422)
    assert await day.seats_taken() == 1
    async with events.app.state.sessions() as session:
        kept = await session.scalars(select(StoredAnswer))
        assert not [answer for answer in kept if CONTACT["name"].encode() in answer.body]


async def test_the_workbook_has_text_in_every_cell(events: Process) -> None:
    day = await a_day(events)
    body = {"organisation_id": org(3), "seats": 2, "contact": {"name": "=1+1", "phone": "051680800000"}}
    async with day.organisation(3) as own:
        assert (await own.post(f"{day.path}/registrations", json=body)).status_code == 201
    async with day.organisation(HOST) as host:
        answer = await host.get(f"{day.path}/registrations.xlsx")
    assert answer.headers["cache-control"] == "no-store"
    header, line = read_sheet(answer.content, "报名名单", rows_max=10)
    row = dict(zip(header, line, strict=True))
    assert (row["单位"], row["席位"], row["联系人"], row["电话"]) == ("第3公司", "2", "=1+1", "051680800000")


async def test_showing_a_code_twice_counts_once(events: Process) -> None:
    day = await a_day(events, capacity=10)
    row = await day.registers(3, seats=3)
    old, code = await day.code(3, row), await day.code(3, row)
    early = await day.at_door("check-ins", {"code": code, "persons": 1})
    assert codes_of(early) == ["check_in_not_open"]
    await pass_until(events, clock.start_of(clock.on_date(day.starts_at)))
    first = await day.at_door("check-ins", {"code": code, "persons": 1})
    again = await day.at_door("check-ins", {"code": code.lower().replace("-", " "), "persons": 1})
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert (await day.at_door("check-ins", {"code": code, "persons": 3})).json()["persons"] == 3
    assert (await day.at_door("check-ins", {"code": code, "persons": 2})).json()["persons"] == 3
    assert codes_of(await day.at_door("check-ins", {"code": code, "persons": 4})) == ["more_than_registered"]
    unknown = await day.at_door("check-ins", {"code": old, "persons": 1})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "registration_code_unknown")
    async with day.organisation(3) as guest, day.officer() as officer:
        refused = await guest.post(f"{day.path}/check-ins", json={"code": code, "persons": 1})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_organiser")
        tally = (await officer.get(f"{day.path}/attendance")).json()
    assert (tally["persons"], tally["organisations"], tally["late_persons"]) == (3, 1, 0)
    assert codes_of(await day.does(3, row, "withdrawal")) == ["already_arrived"]


async def test_one_code_shown_at_two_doors_at_once_is_one_arrival(events: Process) -> None:
    day = await a_day(events)
    code = await day.code(3, await day.registers(3, seats=2))
    await pass_until(events, day.starts_at)
    answers = await asyncio.gather(*(day.at_door("check-ins", {"code": code, "persons": 2}) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    async with day.organisation(HOST) as host:
        assert (await host.get(f"{day.path}/attendance")).json()["persons"] == 2


async def test_late_arrivals_no_shows_and_walk_ins_are_told_apart(events: Process) -> None:
    day = await a_day(events, capacity=6)
    on_time, late, absent = [await day.registers(number) for number in (3, 4, 5)]
    codes = [await day.code(number, row) for number, row in ((3, on_time), (4, late))]
    await pass_until(events, day.starts_at + timedelta(minutes=10))
    noted = (day.starts_at - timedelta(minutes=5)).isoformat()  # while the scanner was offline
    assert not (await day.at_door("check-ins", {"code": codes[0], "persons": 1, "arrived_at": noted})).json()["is_late"]
    assert (await day.at_door("check-ins", {"code": codes[1], "persons": 1})).json()["is_late"]
    future = {"persons": 1, "arrived_at": (day.ends_at + timedelta(days=1)).isoformat()}
    assert codes_of(await day.at_door("walk-ins", future)) == ["arrived_in_future"]
    assert (await day.at_door("walk-ins", {"persons": 2})).status_code == 201
    assert codes_of(await day.at_door("walk-ins", {"persons": 2})) == ["venue_full"]
    assert (await day.at_door("walk-ins", {"persons": 1, "organisation_id": org(6)})).status_code == 201
    async with day.organisation(HOST) as host:
        tally = (await host.get(f"{day.path}/attendance")).json()
        missing = (await host.get(f"{day.path}/registrations?arrived=false")).json()["items"]
        after = (await host.get(f"{day.path}/arrivals?late=true")).json()["items"]
    assert tally == {"persons": 5, "organisations": 3, "walk_in_persons": 3, "late_persons": 4, "no_shows": 1}
    assert [row["id"] for row in missing] == [absent["id"]]
    assert len(after) == 3


async def test_a_record_is_signed_once_and_corrected_by_another(events: Process) -> None:
    day = await a_day(events)
    code = await day.code(3, await day.registers(3, seats=2))
    await pass_until(events, day.starts_at)
    await day.at_door("check-ins", {"code": code, "persons": 2})
    assert codes_of(await day.signs(2, 1)) == ["event_not_over"]
    await pass_until(events, day.ends_at)
    assert codes_of(await day.signs(1, 2)) == ["difference_unexplained", "organisations_above_persons"]
    async with day.organisation(HOST) as host:
        own = await host.post(f"{day.path}/attendance-records", json={"persons": 2, "organisations": 1})
    assert own.status_code == 403

    signed = (await day.signs(2, 1)).json()
    assert (signed["number"], signed["signed_by"], signed["no_shows"]) == (1, "person:officer-1", 0)
    assert codes_of(await day.signs(2, 1)) == ["attendance_signed"]
    late = codes_of(await day.at_door("walk-ins", {"persons": 1}))
    assert late == ["attendance_signed", "arrived_after_the_end", "venue_full"]
    assert codes_of(await day.signs(3, 1, corrects_id=signed["id"])) == ["difference_unexplained"]
    corrected = (await day.signs(3, 1, corrects_id=signed["id"], note="纸质签到一人")).json()
    assert (corrected["number"], corrected["counted_persons"], corrected["corrects_id"]) == (2, 2, signed["id"])
    again = await day.signs(4, 1, corrects_id=signed["id"], note="再更正")
    assert codes_of(again) == ["corrects_another_record"]
    async with day.officer() as officer:
        records = (await officer.get(f"{day.path}/attendance-records")).json()["items"]
    assert records == [signed, corrected]
    evidence = await day.facts("event.attendance_recorded")
    assert [(fact["number"], fact["persons"], fact["organisations"]) for fact in evidence] == [(1, 2, 1), (2, 3, 1)]
    assert (evidence[1]["organisation_id"], evidence[1]["co_host_ids"]) == (
        str(UUID(int=HOST)),
        [str(UUID(int=CO_HOST))],
    )
    assert evidence[1]["held_on"] == clock.on_date(day.ends_at).isoformat()
    assert codes_of(await day.changes("cancel", {"reason": "停电"})) == ["attendance_signed"]


async def test_two_officers_sign_one_first_record(events: Process) -> None:
    day = await a_day(events)
    await pass_until(events, day.ends_at)
    answers = await asyncio.gather(*(day.signs(0, 0) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize("statement", ["UPDATE attendance_record SET persons = 9", "DELETE FROM attendance_record"])
async def test_the_database_changes_no_signed_record(events: Process, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with events.app.state.sessions() as session, session.begin():
            await session.execute(text(statement))


async def counted(events: Process, **asked: Any) -> int:
    one = {"key": "k", "counter": "events", "until": clock.today(XUZHOU).isoformat()} | asked
    async with events.as_("workload:window", "workload") as window:
        answer = await window.post("/internal/counts", json={"city_code": XUZHOU, "counts": [one]})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["counts"][0]["counted"])


async def test_targets_count_what_took_place_over_all_years_and_by_year(events: Process) -> None:
    """ZZ-06 adds up over the years, WH-04 counts each year anew; what nobody came to counts for neither."""
    first = await a_day(events)
    await pass_until(events, first.ends_at + timedelta(days=366))
    held, called_off, empty = [await a_day(events) for _ in range(3)]
    await called_off.changes("cancel", {"reason": "停电"})
    this_year = clock.on_date(held.ends_at).replace(month=1, day=1).isoformat()
    assert (await counted(events), await counted(events, since=this_year)) == (1, 0)
    await pass_until(events, held.ends_at)
    assert (await counted(events), await counted(events, since=this_year)) == (3, 2)
    wrong = (await empty.signs(40, 3, note="纸质签到")).json()
    assert await counted(events) == 3
    await empty.signs(0, 0, corrects_id=wrong["id"], note="活动未举办,误签")
    assert (await counted(events), await counted(events, since=this_year)) == (2, 1)


async def a_feed(day: Day, number: int) -> dict[str, Any]:
    async with day.organisation(number) as own:
        made = await own.post("/v1/events/feeds", json={"organisation_id": org(number)})
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store"), made.text
    return made.json()


async def test_a_private_feed_follows_registrations_and_hosted_events(events: Process) -> None:
    day, hosted = await a_day(events, capacity=1), await a_day(events, audience="internal")
    await day.registers(3)
    mine, hosts = (await a_feed(day, 4))["address"], (await a_feed(day, HOST))["address"]

    async with events.client() as anyone:

        async def read(address: str) -> list[Any]:
            return list(Calendar.from_ical((await anyone.get(address)).content).events)

        assert await read(mine) == []
        assert {str(one["UID"]) for one in await read(hosts)} == {
            f"{event['id']}@zhongchuang" for event in (day.event, hosted.event)
        }
        row = await day.registers(4)
        (waiting,) = await read(mine)
        assert (waiting["STATUS"], waiting["DTSTAMP"].dt) == ("TENTATIVE", waiting["LAST-MODIFIED"].dt)
        await day.does(4, row, "withdrawal")
        (withdrawn,) = await read(mine)
        assert (withdrawn["UID"], withdrawn["STATUS"]) == (waiting["UID"], "CANCELLED")
        await day.registers(4)
        (again,) = await read(mine)
        sequences = [int(one["SEQUENCE"]) for one in (waiting, withdrawn, again)]
        assert sequences == sorted(set(sequences))
        await day.changes("cancel", {"reason": "停电"})
        (last,) = await read(mine)
        assert (last["STATUS"], int(last["SEQUENCE"]) > sequences[-1]) == ("CANCELLED", True)


async def test_a_private_feed_is_polled_revoked_and_never_guessed(events: Process) -> None:
    day = await a_day(events)
    await day.registers(3)
    made = await a_feed(day, 3)
    async with events.client() as anyone, day.organisation(3) as own, day.organisation(4) as other:
        first = await anyone.get(made["address"])
        polled = await anyone.get(made["address"], headers={"If-None-Match": first.headers["etag"]})
        assert (polled.status_code, polled.content) == (304, b"")
        assert first.headers["cache-control"] == "private, no-cache"
        assert (await anyone.get("/v1/events/feed.ics?token=" + "a" * 43)).status_code == 404
        assert (await anyone.get("/v1/events/feed.ics")).status_code == 422
        assert CONTACT["name"] not in first.text
        listed = (await own.get("/v1/events/feeds")).json()["items"]
        assert [feed["id"] for feed in listed] == [made["feed"]["id"]]
        where = f"/v1/events/feeds/{made['feed']['id']}/revocation"
        assert (await other.post(where)).status_code == 404
        assert (await own.post(where)).json()["revoked_at"] is not None
        assert (await anyone.get(made["address"])).status_code == 404
        kept = await own.post(
            "/v1/events/feeds", json={"organisation_id": org(3)}, headers={"Idempotency-Key": "feed-1"}
        )
        assert (kept.status_code, kept.json()["code"]) == (400, "answer_shown_once")
        foreign = await other.post("/v1/events/feeds", json={"organisation_id": org(3)})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "not_its_voice")
        address = (await a_feed(day, 3))["address"]
        for former, status in (("portal-4", 200), ("portal-3", 404)):  # what another had made stays open
            told = {"organisation_id": str(UUID(int=3)), "former": former, "present": "portal-5"}
            await events.tell("organisation.entrusted", told)
            assert (await anyone.get(address)).status_code == status


async def test_of_a_sandbox_that_was_closed_no_private_feed_is_read(events: Process) -> None:
    address = (await a_feed(await a_day(events), 3))["address"]
    async with events.client() as anyone:
        for city, status in ((f"{XUZHOU}-another", 200), (XUZHOU, 404)):
            await events.tell("city.closed", {"city_code": city}, city=city)
            assert (await anyone.get(address)).status_code == status


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"seats": 0}, "/seats"),
        ({"seats": True}, "/seats"),
        ({"contact": CONTACT | {"phone": "not a phone"}}, "/contact/phone"),
        ({"contact": CONTACT | {"name": " "}}, "/contact/name"),
        ({"organisation_id": "evt_01k30dwg0070008000000000b2"}, "/organisation_id"),
    ],
)
async def test_bad_registrations_are_refused_by_field(events: Process, wrong: dict[str, Any], pointer: str) -> None:
    day = await a_day(events)
    body = {"organisation_id": org(3), "seats": 1, "contact": CONTACT} | wrong
    async with day.organisation(3) as own:
        refused = await own.post(f"{day.path}/registrations", json=body)
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"edition": 2}, "edition_without_series"),
        ({"co_host_ids": [org(HOST)]}, "co_host_twice"),
        ({"co_host_ids": [org(29), org(99)]}, "unknown_host"),
        ({"capacity": 0}, "greater_than"),
    ],
)
async def test_bad_events_are_refused(events: Process, wrong: dict[str, Any], code: str) -> None:
    body = (await a_day(events)).event
    names = ("kind", "level", "title", "venue", "starts_at", "ends_at", "capacity", "registration")
    sent = {name: body[name] for name in names} | {"host_id": org(HOST)} | wrong
    async with events.as_("person:officer-1", "officer") as officer:
        refused = await officer.post("/v1/events/calendar", json=sent)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
