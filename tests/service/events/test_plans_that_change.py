"""An event that fills up, is called off or is moved: whose the free seats are, and what still counts."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from devtools.databases import Database
from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from kernel.timers import Timer
from services.events.attendance.registrations.models import EventRegistration
from services.events.attendance.registrations.offers import lapse_offer, offer_next
from services.events.calendar.models import CalendarEvent
from services.events.calendar.rules import Audience, EventKind, EventLevel
from services.events.calendar.states import Status
from services.events.main import build
from services.events.settings import EventSettings
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import an_organisation, answers
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
CITY = {"city_code": XUZHOU, "pack_id": "xuzhou", "name_zh": "徐州市", "name_en": "Xuzhou", "is_sandbox": False}
OWN: dict[str, Any] = {"settings": EventSettings, "attendance_code_key": "k" * 40}
HOST = 1
KNOWN = {f"/internal/organisations/{UUID(int=n)}": an_organisation(n, name=f"单位{n}") for n in range(1, 10)}


def org(number: int) -> str:
    return encode_id("org", UUID(int=number))


def registry(path: str) -> Any:
    unrelated = {"a": str(UUID(int=2)), "b": str(UUID(int=3)), "related": False}
    return {"pairs": [unrelated]} if path.endswith("/related") else KNOWN.get(path, 404)


@pytest.fixture(scope="module")
async def events(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with running(build, "events", database("events"), tmp_path_factory.mktemp("events"), **OWN) as process:
        await process.tell("city.opened", CITY)
        morning = clock.start_of(clock.on_date(clock.real_now())) + timedelta(days=1, hours=9)
        seconds = round((morning - clock.real_now()).total_seconds())
        await process.tell("city.clock_moved", {"city_code": XUZHOU, "offset_seconds": seconds})
        answers(process, "registry", registry)
        answers(process, "funds", lambda _path: {"used": []})
        yield process


class Day:
    """One event of today, in half an hour, with seats to register for and a waiting list."""

    def __init__(self, events: Process, event_id: UUID) -> None:
        self.events, self.id = events, event_id
        self.path = f"/v1/events/calendar/{encode_id('evt', event_id)}"

    async def call(
        self, number: int, method: str, path: str, body: Any = None, *, status: int = 200, match: str = "*"
    ) -> Any:
        """As organisation `number`; below 1 an officer, or at -1 somebody of finance."""
        identity = {"organisation": str(UUID(int=number))} if number > 0 else {}
        role = {0: "officer", -1: "finance"}.get(number, "portal")
        headers = {"Idempotency-Key": new_id().hex} if method == "POST" else {}
        headers |= {"If-Match": match} if number < 1 else {}
        async with self.events.as_(f"person:{number}", role, **identity) as client:
            answer = await client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def registers(self, number: int, seats: int = 1) -> Any:
        contact = {"name": "王晓", "phone": "0516-80800000"}
        body = {"organisation_id": org(number), "seats": seats, "contact": contact}
        return await self.call(number, "POST", f"{self.path}/registrations", body, status=201)

    async def now(self, row: Any) -> Any:
        return await self.call(0, "GET", f"/v1/events/registrations/{row['id']}")

    async def walks_in(self, number: int | None, persons: int = 1, *, beside: tuple[int, ...] = (), ok: bool) -> Any:
        body: dict[str, Any] = {"persons": persons}
        body |= {"organisation_id": org(number)} if number else {}
        body |= {"also_present": [org(one) for one in beside]} if beside else {}
        answer = await self.call(HOST, "POST", f"{self.path}/walk-ins", body, status=201 if ok else 409)
        return answer if ok else [one["code"] for one in answer["reasons"]]

    async def passes(self, hours: int) -> None:
        """The event comes so much nearer."""
        moved = "UPDATE calendar_event SET starts_at = starts_at - make_interval(hours => :hours),"
        moved += " ends_at = ends_at - make_interval(hours => :hours) WHERE id = :id"
        async with self.events.app.state.sessions() as session, session.begin():
            await session.execute(text(moved), {"hours": hours, "id": self.id})

    async def seats_taken(self) -> int:
        async with self.events.app.state.sessions() as session:
            return int((await session.get_one(CalendarEvent, self.id)).seats_taken)


async def a_day(events: Process, **more: Any) -> Day:
    now = clock.now(XUZHOU).replace(microsecond=0)
    event = CalendarEvent(
        id=new_id(), city_code=XUZHOU, status=Status.PUBLISHED, kind=EventKind.ROADSHOW, level=EventLevel.MUNICIPAL,
        audience=Audience.PUBLIC, host_id=UUID(int=HOST), host_name="单位1", title_zh="项目路演", venue="市民中心",
        sequence=0, starts_at=now + timedelta(minutes=30), ends_at=now + timedelta(hours=5), capacity=2,
        registration_opens_at=now - timedelta(hours=1), registration_closes_at=now + timedelta(hours=3),
        offer_minutes=10, changed_at=now, published_at=now, created_by="person:officer-1",
    )  # fmt: skip
    for name, value in more.items():
        setattr(event, name, value)
    async with events.app.state.sessions() as session, session.begin():
        session.add(event)
    return Day(events, event.id)


async def test_free_seats_are_the_waiting_lists_and_at_the_door_its_order_holds(events: Process) -> None:
    day = await a_day(events)
    seated = await day.registers(3)
    pair, single = await day.registers(4, seats=2), await day.registers(5)
    assert (pair["status"], single["status"]) == ("waiting", "waiting")
    assert await day.walks_in(None, ok=False) == ["seats_waited_for"]
    assert await day.walks_in(5, ok=False) == ["seats_waited_for"]  # the list is offered seats, not called at the door

    await day.passes(1)
    assert await day.walks_in(None, beside=(5,), ok=False) == ["seats_waited_for"]
    assert await day.walks_in(5, beside=(4, 5), ok=False) == ["seats_waited_for"]
    assert await day.walks_in(5, persons=2, ok=False) == ["more_than_registered", "venue_full"]
    arrival = await day.walks_in(5, beside=(3, 6), ok=True)  # who is seated or unknown to the list is not before it
    assert (arrival["registration_id"], (await day.now(single))["status"]) == (single["id"], "registered")
    assert await day.walks_in(4, ok=False) == ["venue_full"]
    await day.call(3, "POST", f"/v1/events/registrations/{seated['id']}/withdrawal")
    await day.walks_in(4, ok=True)
    kept = await day.now(pair)
    assert (kept["status"], kept["seats"], await day.seats_taken()) == ("registered", 1, 2)
    tally = await day.call(HOST, "GET", f"{day.path}/attendance")
    assert (tally["persons"], tally["organisations"], tally["walk_in_persons"]) == (2, 2, 0)


async def test_who_was_offered_seats_walks_in_on_them(events: Process) -> None:
    day = await a_day(events)
    gone, offered, lapsed = [await day.registers(n, seats=seats) for n, seats in ((3, 2), (4, 2), (5, 1))]
    await day.call(3, "POST", f"/v1/events/registrations/{gone['id']}/withdrawal")
    assert await day.walks_in(4, persons=3, ok=False) == ["more_than_registered"]
    arrival = await day.walks_in(4, ok=True)
    kept = await day.now(offered)
    assert (arrival["registration_id"], kept["status"], kept["seats"]) == (offered["id"], "registered", 2)
    assert await day.seats_taken() == 2
    assert await day.walks_in(5, ok=False) == ["seats_waited_for", "venue_full"]

    await day.call(4, "POST", f"/v1/events/registrations/{offered['id']}/reduction", {"seats": 1})
    assert (await day.now(lapsed))["status"] == "offered"
    async with events.app.state.sessions() as session, session.begin():
        row = await session.get_one(EventRegistration, decode_id("ern", lapsed["id"]))
        row.offer_ends_at = clock.now(XUZHOU)
    assert await day.walks_in(5, ok=False) == ["offer_lapsed"]


async def test_who_has_seats_checks_in_on_them_and_only_others_walk_in(events: Process) -> None:
    day = await a_day(events, capacity=4)
    row = await day.registers(3, seats=2)
    assert await day.walks_in(3, persons=2, ok=False) == ["registration_has_seats"]
    code = (await day.call(3, "PUT", f"/v1/events/registrations/{row['id']}/code"))["code"]
    await day.call(HOST, "POST", f"{day.path}/check-ins", {"code": code, "persons": 1})
    assert await day.walks_in(3, ok=False) == ["registration_has_seats"]
    await day.call(HOST, "POST", f"{day.path}/check-ins", {"code": code, "persons": 2})
    assert (await day.walks_in(3, ok=True))["registration_id"] is None
    assert await day.seats_taken() == 3


async def test_when_nobody_of_the_list_has_come_others_take_its_seats(events: Process) -> None:
    day = await a_day(events)
    await day.registers(3)
    waiting = await day.registers(4, seats=2)
    await day.passes(1)
    assert (await day.walks_in(None, ok=True))["registration_id"] is None
    assert (await day.now(waiting))["status"] == "waiting"


async def test_who_waits_for_more_seats_than_there_are_by_now_holds_up_nobody(events: Process) -> None:
    """A smaller hall: the seats that are free go to who fits, and who asks for too many may ask for less."""
    day = await a_day(events, capacity=6)
    seated, many, one = [await day.registers(n, seats=seats) for n, seats in ((3, 6), (4, 5), (5, 1))]
    await day.call(3, "POST", f"/v1/events/registrations/{seated['id']}/reduction", {"seats": 2})
    assert [(await day.now(row))["status"] for row in (many, one)] == ["waiting", "waiting"]
    async with events.app.state.sessions() as session, session.begin():
        event = await session.get_one(CalendarEvent, day.id)
        event.capacity = 4
        await session.flush()
        await offer_next(session, event, now=clock.now(XUZHOU))
    assert [(await day.now(row))["status"] for row in (many, one)] == ["waiting", "offered"]
    assert (await day.registers(6))["status"] == "registered"
    await day.call(4, "POST", f"/v1/events/registrations/{many['id']}/reduction", {"seats": 3})
    assert ((await day.now(many))["status"], (await day.registers(7))["status"]) == ("waiting", "waiting")


async def test_who_waits_for_more_seats_than_there_are_by_now_keeps_its_place_at_the_door(events: Process) -> None:
    day = await a_day(events, capacity=6)
    seated, many = [await day.registers(n, seats=seats) for n, seats in ((3, 6), (4, 5))]
    await day.call(3, "POST", f"/v1/events/registrations/{seated['id']}/reduction", {"seats": 2})
    async with events.app.state.sessions() as session, session.begin():
        (await session.get_one(CalendarEvent, day.id)).capacity = 4
    await day.walks_in(None, ok=True)  # two are free, and nobody who waits can be offered them
    later = await day.registers(5, seats=2)
    await day.passes(1)
    assert await day.walks_in(5, beside=(4,), ok=False) == ["seats_waited_for"]
    await day.walks_in(4, beside=(5,), ok=True)
    kept = [await day.now(row) for row in (many, later)]
    assert [(row["status"], row["seats"]) for row in kept] == [("registered", 1), ("waiting", 2)]


async def test_an_offer_of_a_cancelled_event_does_not_lapse_but_says_why(events: Process) -> None:
    day = await a_day(events, capacity=1)
    seated, offered = await day.registers(3), await day.registers(4)
    await day.call(3, "POST", f"/v1/events/registrations/{seated['id']}/withdrawal")
    await day.call(0, "POST", f"{day.path}/cancel", {"reason": "停电"})
    async with events.app.state.sessions() as session, session.begin():
        await lapse_offer(session, Timer(object_id=str(decode_id("ern", offered["id"]))))
    assert (await day.now(offered))["status"] == "offered"
    late = await day.call(4, "POST", f"/v1/events/registrations/{offered['id']}/acceptance", status=409)
    assert [one["code"] for one in late["reasons"]] == ["event_cancelled"]
    async with events.app.state.sessions() as session:
        told = await session.scalars(
            select(OutboxEvent.type).where(
                OutboxEvent.data["event_registration_id"].astext == str(decode_id("ern", offered["id"]))
            )
        )
        assert set(told) == {
            "event_registration.made", "event_registration.offered", "event_registration.event_cancelled",
        }  # fmt: skip


async def test_a_cancelled_event_keeps_nobodys_name_and_phone(events: Process) -> None:
    day = await a_day(events, capacity=2)
    gone, *rows = [await day.registers(number) for number in (3, 4, 5, 6)]
    await day.call(3, "POST", f"/v1/events/registrations/{gone['id']}/withdrawal")
    standings = [(await day.now(row))["status"] for row in rows]
    assert standings == ["registered", "offered", "waiting"]
    where = [f"/v1/events/registrations/{row['id']}/contact" for row in rows]
    assert {(await day.call(HOST, "GET", path))["name"] for path in where} == {"王晓"}
    await day.call(0, "POST", f"{day.path}/cancel", {"reason": "停电"})
    contacts = [await day.call(HOST, "GET", path) for path in where]
    assert {(one["name"], one["phone"]) for one in contacts} == {(None, None)}
    assert all(one["erased_at"] for one in contacts)
    assert [(await day.now(row))["status"] for row in rows] == standings


async def test_who_came_before_a_postponement_does_not_count_for_the_new_day(events: Process) -> None:
    day = await a_day(events, capacity=3)
    row = await day.registers(3)
    code = (await day.call(3, "PUT", f"/v1/events/registrations/{row['id']}/code"))["code"]
    await day.call(HOST, "POST", f"{day.path}/check-ins", {"code": code, "persons": 1})
    await day.walks_in(None, persons=2, ok=True)
    shown = await day.call(0, "GET", day.path)

    async def moved(**by: int) -> dict[str, int]:
        times = {name: shown[name] for name in ("starts_at", "ends_at")}
        later = {name: (datetime.fromisoformat(at) + timedelta(**by)).isoformat() for name, at in times.items()}
        await day.call(0, "POST", f"{day.path}/reschedule", later)
        return dict(await day.call(0, "GET", f"{day.path}/attendance"))

    assert (await moved(hours=1))["persons"] == 3  # the same day: they are there
    assert (await moved(days=7)) == {
        "persons": 0, "organisations": 0, "walk_in_persons": 0, "late_persons": 0, "no_shows": 1,
    }  # fmt: skip
    assert await day.seats_taken() == 1
    gone = await day.call(3, "POST", f"/v1/events/registrations/{row['id']}/withdrawal")
    assert gone["status"] == "withdrawn"


async def test_who_is_late_is_judged_by_the_time_the_event_was_moved_to(events: Process) -> None:
    day = await a_day(events)
    await day.passes(1)
    await day.walks_in(None, ok=True)
    assert (await day.call(0, "GET", f"{day.path}/attendance"))["late_persons"] == 1
    shown = await day.call(0, "GET", day.path)
    times = {name: shown[name] for name in ("starts_at", "ends_at")}
    later = {name: (datetime.fromisoformat(at) + timedelta(hours=1)).isoformat() for name, at in times.items()}
    await day.call(0, "POST", f"{day.path}/reschedule", later)
    tally = await day.call(0, "GET", f"{day.path}/attendance")
    assert (tally["persons"], tally["late_persons"]) == (1, 0)


async def test_who_was_taken_in_with_fewer_has_all_seats_again_after_a_postponement(events: Process) -> None:
    day = await a_day(events, capacity=6)
    most, *rows = [await day.registers(n, seats=seats) for n, seats in ((3, 5), (4, 2), (5, 3), (6, 1))]
    await day.passes(1)
    await day.call(3, "POST", f"/v1/events/registrations/{most['id']}/reduction", {"seats": 2})
    for number, persons in ((4, 1), (5, 1), (None, 2)):
        await day.walks_in(number, persons, ok=True)
    assert [(await day.now(row))["seats"] for row in rows] == [1, 1, 1]
    shown = await day.call(0, "GET", day.path)
    times = {name: shown[name] for name in ("starts_at", "ends_at")}
    later = {name: (datetime.fromisoformat(at) + timedelta(days=7)).isoformat() for name, at in times.items()}
    await day.call(0, "POST", f"{day.path}/reschedule", later)
    # Two seats are free again: one makes the pair whole, one goes to the three, and none is left to offer.
    now = [await day.now(row) for row in rows]
    assert [(row["status"], row["seats"]) for row in now] == [("registered", 2), ("registered", 2), ("waiting", 1)]
    assert await day.seats_taken() == 6


async def test_nothing_came_of_a_meeting_at_an_event_that_was_called_off(events: Process) -> None:
    day = await a_day(events)
    matching = f"{day.path}/matching"
    await day.call(HOST, "PUT", matching, {"first_after_minutes": 0, "slot_minutes": 20, "slot_count": 2})
    described = {"organisation_id": org(2), "side": "project", "title": "电池管理系统", "description": "已完成中试。"}
    project = await day.call(2, "POST", f"{matching}/parties", described, status=201)
    money = await day.call(
        3, "POST", f"{matching}/parties", {"organisation_id": org(3), "side": "investor"}, status=201
    )
    pair = {"slot": 1, "project_id": project["id"], "financier_id": money["id"]}
    meeting = await day.call(HOST, "POST", f"{matching}/meetings", pair, status=201)
    await day.passes(1)
    await day.call(0, "POST", f"{day.path}/cancel", {"reason": "停电"})
    outcomes = f"/v1/events/matching-meetings/{meeting['id']}/outcomes"
    refused = await day.call(2, "POST", outcomes, {"organisation_id": org(2), "outcome": "talks"}, status=409)
    assert [one["code"] for one in refused["reasons"]] == ["event_cancelled"]


async def test_the_cost_of_an_event_called_off_after_it_was_stated_is_neither_checked_nor_confirmed(
    events: Process,
) -> None:
    now = clock.now(XUZHOU).replace(microsecond=0)
    times = {"starts_at": now - timedelta(hours=4), "ends_at": now - timedelta(hours=1)}
    days = [await a_day(events, kind=EventKind.CONTEST, **times) for _ in range(2)]
    checked = {
        "lines": [{"line": 1, "accepted": True}], "reach": "national", "participants": 1, "public_money_fen": 0,
        "opinion": "支出与发票相符",
    }  # fmt: skip
    paths = [f"/v1/events/hosting-statements/{await a_statement(day, f'{n:020}')}" for n, day in enumerate(days)]
    await days[0].call(0, "POST", f"{paths[0]}/check", checked, match='"v1"')
    for day in days:
        await day.call(0, "POST", f"{day.path}/cancel", {"reason": "停电"})
    late = await days[0].call(-1, "POST", f"{paths[0]}/confirmation", match='"v2"', status=409)
    early = await days[1].call(0, "POST", f"{paths[1]}/check", checked, match='"v1"', status=409)
    assert [[one["code"] for one in answer["reasons"]] for answer in (late, early)] == [["event_cancelled"]] * 2


async def test_an_event_whose_cost_was_confirmed_is_not_called_off_any_more(events: Process) -> None:
    """Funds has been told the cost and may have paid it: JX-22 pays for what was held."""
    now = clock.now(XUZHOU).replace(microsecond=0)
    times = {"starts_at": now - timedelta(hours=4), "ends_at": now - timedelta(hours=1)}
    day = await a_day(events, kind=EventKind.CONTEST, **times)
    path = f"/v1/events/hosting-statements/{await a_statement(day, f'{77:020}')}"
    checked = {
        "lines": [{"line": 1, "accepted": True}], "reach": "national", "participants": 1, "public_money_fen": 0,
        "opinion": "支出与发票相符",
    }  # fmt: skip
    await day.call(0, "POST", f"{path}/check", checked, match='"v1"')
    await day.call(-1, "POST", f"{path}/confirmation", match='"v2"')
    refused = await day.call(0, "POST", f"{day.path}/cancel", {"reason": "停电"}, status=409)
    assert [one["code"] for one in refused["reasons"]] == ["hosting_cost_confirmed"]


async def test_an_offer_ends_with_the_beginning_of_an_event_that_was_moved_earlier(events: Process) -> None:
    now = clock.now(XUZHOU).replace(microsecond=0)
    day = await a_day(
        events, capacity=1, offer_minutes=600, starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=4)
    )
    seated, offered = await day.registers(3), await day.registers(4)
    await day.call(3, "POST", f"/v1/events/registrations/{seated['id']}/withdrawal")
    begins = now + timedelta(hours=2)
    times = {"starts_at": begins.isoformat(), "ends_at": (now + timedelta(hours=5)).isoformat()}
    await day.call(0, "POST", f"{day.path}/reschedule", times)
    row = await day.now(offered)
    assert (row["status"], datetime.fromisoformat(row["offer_ends_at"])) == ("offered", begins)
    async with events.app.state.sessions() as session:
        due = await session.scalar(select(Timer.due_at).where(Timer.object_id == str(decode_id("ern", row["id"]))))
    assert due == begins


async def a_statement(day: Day, invoice: str) -> str:
    bill = {"number": invoice, "issuer": "徐州会展中心", "issued_on": "2026-10-08", "amount_fen": 100_000}
    stated = {
        "event_id": encode_id("evt", day.id), "host_id": org(HOST), "reach": "national", "public_money": [],
        "own_income_fen": 0,
        "lines": [{"kind": "venue", "purpose": "会场租赁", "amount_fen": 100_000, "invoice": bill}],
        "participants": 1, "participants_evidence": "签到表", "audit_report": "徐会审〔2026〕118号",
    }  # fmt: skip
    return str((await day.call(HOST, "POST", "/v1/events/hosting-statements", stated, status=201))["id"])
