"""Matching at a roadshow: who enrols, who meets whom when, what each side says, and what is counted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from devtools.databases import Database
from kernel import clock
from kernel.ids import encode_id, new_id
from services.events.calendar.models import CalendarEvent
from services.events.calendar.rules import Audience, EventKind, EventLevel
from services.events.calendar.states import Status
from services.events.main import build
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import an_organisation, answers
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
YUAN = 100
HOST = UUID(int=1)
CITY = {"pack_id": "xuzhou", "name_zh": "徐州市", "name_en": "Xuzhou", "is_sandbox": False}
ENDED = {8: "deregistered"}
FIRMS = [an_organisation(n, name=f"单位{n}", status=ENDED.get(n, "active")) for n in range(1, 10)]
KNOWN = {f"/internal/organisations/{one['id']}": one for one in FIRMS}


@dataclass
class Roadshow:
    """A roadshow in the calendar, its host, its parties, and the registry as they meet it."""

    process: Process
    event: str = ""
    related: list[dict[str, Any]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/v1/events/calendar/{self.event}/matching"

    async def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`portal-3` acts for organisation 3, `portal-2+3` for two; the rest are staff."""
        role, _, numbers = who.partition("-")
        own = tuple(str(UUID(int=int(number))) for number in numbers.split("+"))
        identity = {"portal": {"organisation": own}, "bank": {"organisation": own[0]}}.get(role, {})
        sent = {"Idempotency-Key": new_id().hex} if method == "POST" else {}
        async with self.process.as_(f"person:{who}", role, **identity) as client:
            return await client.request(method, path, json=body, headers=sent | headers)

    async def do(self, who: str, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        answer = await self.call(who, method, path, body, **headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def publish(self, *, kind: EventKind = EventKind.ROADSHOW, starts_in: int = 24, **more: Any) -> None:
        now = clock.now(XUZHOU).replace(microsecond=0)
        event = CalendarEvent(
            id=new_id(), city_code=XUZHOU, status=Status.PUBLISHED, kind=kind, level=EventLevel.MUNICIPAL,
            audience=Audience.PUBLIC,
            host_id=HOST, host_name="徐州众创科技有限公司", title_zh="项目路演", venue="市民中心", sequence=0,
            starts_at=now + timedelta(hours=starts_in), ends_at=now + timedelta(hours=starts_in + 4),
            changed_at=now, published_at=now, created_by="person:officer-1",
        )  # fmt: skip
        for name, value in more.items():
            setattr(event, name, value)
        async with self.process.app.state.sessions() as session, session.begin():
            session.add(event)
        self.event = encode_id("evt", event.id)

    async def plan(self, who: str = "portal-1", *, status: int = 200, **more: Any) -> Any:
        body = {"first_after_minutes": 60, "slot_minutes": 20, "slot_count": 6} | more
        return await self.do(who, "PUT", self.path, body, status=status)

    async def enrol(self, who: str, side: str = "investor", *, status: int = 201, **more: Any) -> Any:
        body = {"organisation_id": org(int(who[-1])), "side": side} | more
        described = {"title": "电池管理系统", "description": "已完成中试,计划融资。"} if side == "project" else {}
        return await self.do(who, "POST", f"{self.path}/parties", described | body, status=status)

    async def meet(self, slot: int, project: Any, financier: Any, *, who: str = "portal-1", status: int = 201) -> Any:
        body = {"slot": slot, "project_id": project["id"], "financier_id": financier["id"]}
        return await self.do(who, "POST", f"{self.path}/meetings", body, status=status)

    async def say(self, who: str, meeting: Any, outcome: str, yuan: int | None = None, *, status: int = 200) -> Any:
        body = {"organisation_id": org(int(who[-1])), "outcome": outcome, "amount_fen": yuan and yuan * YUAN}
        return await self.do(who, "POST", f"/v1/events/matching-meetings/{meeting['id']}/outcomes", body, status=status)

    async def pass_by(self, hours: int) -> None:
        """The event moves into the past: what is planned moves with it."""
        async with self.process.app.state.sessions() as session, session.begin():
            await session.execute(
                text(
                    "UPDATE calendar_event SET starts_at = starts_at - make_interval(hours => :hours),"
                    " ends_at = ends_at - make_interval(hours => :hours)"
                ),
                {"hours": hours},
            )


def org(number: int) -> str:
    return encode_id("org", UUID(int=number))


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


@pytest.fixture(scope="module")
async def events(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with running(build, "events", database("events"), tmp_path_factory.mktemp("events")) as process:
        await process.tell("city.opened", CITY | {"city_code": XUZHOU})
        yield process


@pytest.fixture
async def show(events: Process) -> Roadshow:
    show = Roadshow(events)
    unrelated = {"a": str(HOST), "b": str(HOST), "related": False}

    def registry(path: str) -> Any:
        return {"pairs": show.related or [unrelated]} if path.endswith("/related") else KNOWN.get(path, 404)

    answers(events, "registry", registry)
    async with events.app.state.sessions() as session, session.begin():
        await session.execute(text("UPDATE calendar_event SET city_code = 'other'"))  # of the tests before
    await show.publish()
    return show


async def test_from_enrolment_to_an_agreement_of_both_sides(show: Roadshow) -> None:
    await show.enrol("portal-2", status=404)  # before matching is opened
    assert (await show.plan())["slot_count"] == 6
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    bank = await show.enrol("bank-4", "bank")
    assert (project["organisation_name"], project["title"]) == ("单位2", "电池管理系统")
    listed = await show.do("portal-9", "GET", f"{show.path}/parties")
    assert [one["side"] for one in listed["items"]] == ["project", "investor", "bank"]
    first, second = await show.meet(2, project, investor), await show.meet(3, project, bank, who="officer-1")
    assert first["ends_at"] == second["starts_at"]
    early = await show.say("portal-2", first, "talks", status=409)
    assert codes(early) == ["meeting_not_begun"]
    await show.pass_by(30)
    await show.say("portal-2", first, "interest")
    assert codes(await show.say("portal-2", first, "talks", 5, status=409)) == ["amount_unfit"]
    assert codes(await show.say("portal-2", first, "agreement", status=409)) == ["amount_unfit"]
    await show.say("portal-2", first, "agreement", 6_000_000)
    told = await show.say("portal-3", first, "agreement", 5_000_000)
    assert [(one["side"], one["outcome"], one["amount_fen"]) for one in told["outcomes"]] == [
        ("project", "agreement", 6_000_000 * YUAN), ("investor", "agreement", 5_000_000 * YUAN),
    ]  # fmt: skip
    await show.say("bank-4", second, "talks")
    counts = await show.do("officer-1", "GET", f"{show.path}/counts")
    assert counts == {
        "events": 1, "projects": 1, "investors": 1, "banks": 1, "meetings": 2, "related_meetings": 0, "interest": 0,
        "talks": 1, "agreements": 1, "agreements_of_one_side": 0, "none": 0, "unsaid": 0,
        "agreed_fen": 5_000_000 * YUAN,
    }  # fmt: skip


async def test_a_portal_acts_for_several_and_says_for_whom(show: Roadshow) -> None:
    """A portal's credential is bound to no organisation: whom it acts for the registry says."""
    both = "portal-2+3"
    await show.plan()
    foreign = await show.enrol(both, organisation_id=org(4), status=403)
    assert foreign["code"] == "not_its_voice"
    ended = await show.enrol("portal-2+8", status=409)
    assert codes(ended) == ["organisation_ended"]
    unknown = await show.enrol(both, organisation_id=org(99), status=422)
    assert [error["pointer"] for error in unknown["errors"]] == ["/organisation_id"]
    project, investor = await show.enrol(both, "project", organisation_id=org(2)), await show.enrol(both)
    meeting = await show.meet(1, project, investor)
    assert len((await show.do(both, "GET", f"{show.path}/meetings"))["items"]) == 1
    await show.pass_by(30)
    await show.say(both, meeting, "talks")
    told = await show.say("portal-2", meeting, "interest")
    assert [(one["side"], one["outcome"]) for one in told["outcomes"]] == [
        ("investor", "talks"), ("project", "interest"),
    ]  # fmt: skip
    away = f"/v1/events/matching-parties/{project['id']}/withdrawal"
    await show.do("portal-4", "POST", away, status=404)
    assert (await show.do(both, "POST", away))["withdrawn_at"] is not None


async def test_meetings_are_as_long_as_a_slot_and_move_with_the_event(show: Roadshow) -> None:
    await show.plan()
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    meeting = await show.meet(2, project, investor)
    event = (await show.do("officer-1", "GET", f"/v1/events/calendar/{show.event}"))["starts_at"]
    minutes = [
        (datetime.fromisoformat(meeting[name]) - datetime.fromisoformat(event)).seconds // 60
        for name in ("starts_at", "ends_at")
    ]
    assert minutes == [80, 100]
    await show.pass_by(2)
    moved = await show.do("portal-3", "GET", f"/v1/events/matching-meetings/{meeting['id']}")
    assert datetime.fromisoformat(meeting["starts_at"]) - datetime.fromisoformat(moved["starts_at"]) == timedelta(
        hours=2
    )


async def test_nobody_is_booked_twice_in_a_slot_even_at_the_same_time(show: Roadshow) -> None:
    await show.plan()
    projects = [await show.enrol(f"portal-{n}", "project") for n in (2, 3, 4)]
    investor, bank = await show.enrol("portal-5"), await show.enrol("portal-6", "bank")
    bodies = [{"slot": 1, "project_id": one["id"], "financier_id": investor["id"]} for one in projects]
    sent = await asyncio.gather(*(show.call("portal-1", "POST", f"{show.path}/meetings", body) for body in bodies))
    assert sorted(answer.status_code for answer in sent) == [201, 409, 409]
    assert {answer.json()["code"] for answer in sent if answer.status_code == 409} == {"party_double_booked"}
    (made,) = [answer.json() for answer in sent if answer.status_code == 201]
    project = next(one for one in projects if one["id"] == made["project"]["id"])
    assert (await show.meet(1, project, bank, status=409))["code"] == "party_double_booked"
    assert (await show.meet(4, project, investor, status=409))["code"] == "pair_meets_already"


async def test_a_cancelled_meeting_frees_both_and_one_that_took_place_stays(show: Roadshow) -> None:
    await show.plan()
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    meeting = await show.meet(1, project, investor)
    path = f"/v1/events/matching-meetings/{meeting['id']}"
    await show.do("portal-1", "POST", f"{path}/cancellation", {"reason": "缺席"}, status=428)
    await show.do("portal-1", "POST", f"{path}/cancellation", {"reason": "缺席"}, status=412, **{"If-Match": '"v9"'})
    gone = await show.do("portal-1", "POST", f"{path}/cancellation", {"reason": "缺席"}, **{"If-Match": '"v1"'})
    assert gone["cancellation_reason"] == "缺席"
    again = await show.meet(1, project, investor)
    await show.pass_by(30)
    assert codes(await show.say("portal-2", meeting, "talks", status=409)) == ["meeting_cancelled"]
    await show.say("portal-2", again, "none")
    late = f"/v1/events/matching-meetings/{again['id']}/cancellation"
    answer = await show.do("portal-1", "POST", late, {"reason": "x"}, status=409, **{"If-Match": "*"})
    assert answer["code"] == "outcome_recorded"


async def test_who_withdraws_meets_nobody_and_may_come_back(show: Roadshow) -> None:
    await show.plan()
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    meeting = await show.meet(1, project, investor)
    assert (await show.enrol("portal-3", status=409))["code"] == "enrolled_already"
    away = f"/v1/events/matching-parties/{investor['id']}/withdrawal"
    await show.do("portal-2", "POST", away, status=404)
    await show.do("portal-3", "POST", away)
    found = await show.do("portal-2", "GET", f"/v1/events/matching-meetings/{meeting['id']}")
    assert found["cancelled_at"] is not None
    assert codes(await show.meet(2, project, investor, status=409)) == ["party_withdrawn"]
    back = await show.enrol("portal-3")
    await show.meet(1, project, back)


async def test_related_parties_are_shown_as_such_and_counted_apart(show: Roadshow) -> None:
    await show.plan()
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    show.related = [{"a": str(HOST), "b": str(HOST), "related": True, "path": [], "shared": ["phone"]}]
    meeting = await show.meet(1, project, investor)
    assert (meeting["is_related"], meeting["related_through"]) == (True, ["phone"])
    await show.pass_by(30)
    for who in ("portal-2", "portal-3"):
        await show.say(who, meeting, "agreement", 1_000)
    year = clock.on_date(clock.now(XUZHOU) - timedelta(hours=6)).year  # the roadshow began then
    counts = await show.do("auditor-1", "GET", f"/v1/events/matching-counts?year={year}")
    assert (counts["events"], counts["meetings"], counts["related_meetings"]) == (1, 1, 1)
    assert (counts["agreements"], counts["agreed_fen"]) == (0, 0)
    counts = await show.do("auditor-1", "GET", f"/v1/events/matching-counts?year={year - 2}")
    assert (counts["events"], counts["meetings"]) == (0, 0)


async def test_everything_wrong_with_a_plan_a_party_or_a_meeting_is_told_at_once(show: Roadshow) -> None:
    answer = await show.plan(slot_minutes=60, status=409)
    assert codes(answer) == ["slots_outside_event"]
    await show.plan()
    phone = await show.enrol("portal-2", "project", title="张工 13912345678", description=None, status=409)
    assert codes(phone) == ["project_undescribed", "personal_data"]
    assert "13912345678" not in str(phone)
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    answer = await show.meet(9, investor, project, status=409)
    assert codes(answer) == ["slot_unknown", "sides_unfit"]
    await show.meet(1, project, investor)
    assert codes(await show.plan(status=409)) == ["meetings_scheduled"]
    await show.publish(kind=EventKind.TRAINING, starts_in=-9)
    assert codes(await show.plan(status=409)) == ["not_a_matching_event", "event_over"]


async def test_who_sees_and_does_what(show: Roadshow) -> None:
    await show.plan("portal-2", status=404)  # another firm's event
    await show.plan()
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    meeting = await show.meet(1, project, investor)
    path = f"/v1/events/matching-meetings/{meeting['id']}"
    await show.do("portal-4", "GET", path, status=404)
    for who, seen in (("portal-1", 1), ("portal-2", 1), ("portal-4", 0), ("auditor-1", 1)):
        assert len((await show.do(who, "GET", f"{show.path}/meetings"))["items"]) == seen
    await show.say("portal-4", meeting, "none", status=404)
    await show.do("officer-1", "POST", f"{path}/outcomes", {"organisation_id": org(2), "outcome": "none"}, status=403)
    async with show.process.as_("person:officer-9", "officer", city="420100") as elsewhere:
        for hidden in (path, show.path, f"{show.path}/parties", f"/v1/events/matching-parties/{project['id']}"):
            assert (await elsewhere.get(hidden)).status_code == 404
    async with show.process.client() as anyone:
        assert (await anyone.get(f"{show.path}/parties")).status_code == 401


async def test_without_the_registry_nobody_is_brought_together(show: Roadshow) -> None:
    await show.plan()
    project, investor = await show.enrol("portal-2", "project"), await show.enrol("portal-3")
    answers(show.process, "registry", lambda _path: 503)
    assert (await show.meet(1, project, investor, status=503))["retryable"]
