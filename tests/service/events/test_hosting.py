"""What an event cost its hosts: stated, checked line by line, confirmed by another, corrected by a new edition."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from contracts.events import HostingCostConfirmed
from contracts.funds import invoice_print
from devtools.databases import Database
from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from services.events.attendance.records.models import AttendanceRecord
from services.events.calendar.models import CalendarEvent
from services.events.calendar.rules import Audience, CoHost, EventKind, EventLevel
from services.events.calendar.states import Status
from services.events.hosting.models import HostingStatement
from services.events.main import build
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import an_organisation, answers, registry_of
from tests.builders.processes import Process, running

pytestmark = pytest.mark.anyio
YUAN = 100
PATH = "/v1/events/hosting-statements"
HOST, CO_HOST, STRANGER = (UUID(int=number) for number in (1, 2, 3))
TOGETHER = (CoHost(CO_HOST, "单位2"),)
CITY = {"pack_id": "xuzhou", "name_zh": "徐州市", "name_en": "Xuzhou", "is_sandbox": False}


@dataclass
class Desk:
    """Hosts and officers at work, and the register of invoices as they meet it."""

    process: Process
    city: str = XUZHOU
    used: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def call(
        self, who: str, method: str, path: str, body: Any = None, *, organisation: Any = None, **headers: str
    ) -> Any:
        role = who.partition("-")[0]
        identity = {"organisation": organisation} if organisation else {}
        sent = {"Idempotency-Key": new_id().hex} if method == "POST" else {}
        async with self.process.as_(f"person:{who}", role, city=self.city, **identity) as client:
            return await client.request(method, path, json=body, headers=sent | headers)

    async def held(self, *, kind: EventKind = EventKind.CONTEST, ends_in: int = -1, **more: Any) -> str:
        """An event of the calendar that was held by the host. Answers its id."""
        now = clock.now(self.city).replace(microsecond=0)
        event = CalendarEvent(
            id=new_id(), city_code=self.city, status=Status.PUBLISHED, kind=kind, level=EventLevel.MUNICIPAL,
            audience=Audience.PUBLIC,
            host_id=HOST, host_name="徐州众创科技有限公司", title_zh="创业大赛", venue="市民中心", sequence=0,
            starts_at=now + timedelta(hours=ends_in - 4), ends_at=now + timedelta(hours=ends_in),
            changed_at=now, published_at=now, created_by="person:officer-1",
        )  # fmt: skip
        for name, value in more.items():
            setattr(event, name, value)
        async with self.process.app.state.sessions() as session, session.begin():
            session.add(event)
        return encode_id("evt", event.id)

    async def state(self, event: str, *lines: Any, by: UUID = HOST, status: int = 201, **more: Any) -> Any:
        body = stated(*lines, event_id=event, host_id=org(by), **more)
        answer = await self.call(f"portal-{by.int}", "POST", PATH, body, organisation=by)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def check(self, row: Any, *lines: Any, who: str = "officer-1", status: int = 200, **more: Any) -> Any:
        body = {
            "lines": list(lines) or [accept(n) for n in range(1, len(row["lines"]) + 1)],
            "reach": "national", "participants": 180, "public_money_fen": 0, "opinion": "支出与发票相符",
        } | more  # fmt: skip
        return await self._step(row, "check", body, who, status)

    async def confirm(self, row: Any, *, who: str = "finance-1", status: int = 200) -> Any:
        return await self._step(row, "confirmation", None, who, status)

    async def correct(self, row: Any, *lines: Any, reason: str = "漏列评委差旅费", status: int = 201) -> Any:
        body = stated(*lines, correction_reason=reason)
        return await self._step(row, "corrections", body, "portal-1", status, organisation=HOST)

    async def _step(self, row: Any, step: str, body: Any, who: str, status: int, **more: Any) -> Any:
        path = f"{PATH}/{row['id']}"
        tag = (await self.call("auditor-1", "GET", path)).headers["etag"]
        answer = await self.call(who, "POST", f"{path}/{step}", body, **more, **{"If-Match": tag})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def told(self, event: str) -> list[HostingCostConfirmed]:
        async with self.process.app.state.sessions() as session:
            rows = await session.scalars(
                select(OutboxEvent)
                .where(
                    OutboxEvent.type == HostingCostConfirmed.TYPE,
                    OutboxEvent.data["event_id"].astext == str(decode_id("evt", event)),
                )
                .order_by(OutboxEvent.seq)
            )
            return [HostingCostConfirmed.model_validate(row.data) for row in rows]


def org(organisation: UUID) -> str:
    return encode_id("org", organisation)


def number(last: int) -> str:
    return f"263370000000{last:08d}"


def line(last: int, yuan: int = 1_000, **more: Any) -> dict[str, Any]:
    bill = {
        "number": number(last), "issuer": "徐州会展中心", "issued_on": "2026-10-08", "amount_fen": yuan * YUAN,
    }  # fmt: skip
    changed = {name: more.pop(name) for name in list(more) if name in bill or name == "code"}
    return {"kind": "venue", "purpose": "会场租赁", "amount_fen": yuan * YUAN, "invoice": bill | changed} | more


def stated(*lines: Any, **more: Any) -> dict[str, Any]:
    return {
        "reach": "national", "lines": list(lines) or [line(1)], "public_money": [], "own_income_fen": 0,
        "participants": 186, "participants_evidence": "签到表6页", "audit_report": "徐会审〔2026〕118号",
    } | more  # fmt: skip


def accept(place: int) -> dict[str, Any]:
    return {"line": place, "accepted": True}


def refuse(place: int, **more: Any) -> dict[str, Any]:
    return {"line": place, "accepted": False, "reason": "餐费不属于支持范围", "clauses": ["JX-22"]} | more


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


@pytest.fixture(scope="module")
async def events(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with running(build, "events", database("events"), tmp_path_factory.mktemp("events")) as process:
        registry_of(process, *(an_organisation(n, name=f"单位{n}") for n in (1, 2, 3)))
        await process.tell("city.opened", CITY | {"city_code": XUZHOU})
        yield process


@pytest.fixture
async def desk(events: Process) -> AsyncIterator[Desk]:
    desk = Desk(events)

    def register(path: str) -> Any:
        desk.asked.append(path)
        return {"used": desk.used}

    answers(events, "funds", register)
    yield desk
    async with events.app.state.sessions() as session, session.begin():  # the next test's invoices are free
        await session.execute(text("UPDATE hosting_line SET is_live = false"))


async def test_a_cost_is_stated_checked_and_confirmed_and_told_with_what_was_found(desk: Desk) -> None:
    event = await desk.held()
    public = [{"payer": "云龙区财政局", "amount_fen": 500 * YUAN}, {"payer": "市文旅局", "amount_fen": 100 * YUAN}]
    row = await desk.state(event, line(1, 3_000), line(2, 800, kind="catering"), public_money=public, own_income_fen=7)
    assert (row["status"], row["edition"], row["eligible_fen"], row["public_money_fen"]) == (
        "stated", 1, None, 600 * YUAN,
    )  # fmt: skip
    checked = await desk.check(row, accept(1), refuse(2), public_money_fen=700 * YUAN)
    assert (checked["status"], checked["eligible_fen"]) == ("checked", 3_000 * YUAN)
    assert [(one["accepted"], one["clauses"]) for one in checked["lines"]] == [(True, []), (False, ["JX-22"])]
    assert await desk.told(event) == []
    confirmed = await desk.confirm(row)
    assert (confirmed["status"], confirmed["confirmed_by"]) == ("confirmed", "person:finance-1")
    (told,) = await desk.told(event)
    assert (told.organisation_id, told.edition, told.event_kind, told.level) == (HOST, 1, "contest", "municipal")
    assert (told.eligible_fen, told.public_money_fen, told.own_income_fen) == (3_000 * YUAN, 700 * YUAN, 7)
    assert (told.reach, told.participants) == ("national", 180)
    assert told.invoice_prints == [invoice_print(number(1), None)]  # of the accepted line alone


async def test_everything_wrong_with_a_statement_is_told_at_once(desk: Desk) -> None:
    event = await desk.held(ends_in=3)
    desk.used = [{"number_last4": "0001", "programme_kind": "capped_share", "claimed_on": "2026-09-01"}]
    lines = (line(1), line(1), line(3) | {"amount_fen": 100_001}, line(4, issued_on="2999-01-01"))
    answer = await desk.state(event, *lines, by=STRANGER, status=409)
    assert codes(answer) == [
        "event_not_held", "not_a_host", "invoice_repeated", "invoice_repeated", "line_above_invoice",
        "invoice_in_future", "invoice_used",
    ]  # fmt: skip
    cancelled = await desk.held(status=Status.CANCELLED, cancelled_at=clock.now(XUZHOU), cancellation_reason="停电")
    assert codes(await desk.state(cancelled, status=409)) == ["event_cancelled", "invoice_used"]


@pytest.mark.parametrize(
    "body",
    [
        stated(participants=-1), stated(participants=True), stated(own_income_fen="1"), stated(lines=[]),
        stated(line(1, amount_fen=0)), stated(line(1, number="1")), stated(line(1, code="032001900111")),
        stated(reach="galactic"), stated(line(1, kind="bribes")), stated(participants_evidence="  "),
        stated(public_money=[{"payer": "x", "amount_fen": 0}]), stated(surprise=1),
    ],
)  # fmt: skip
async def test_what_is_no_statement_is_refused_by_its_place(desk: Desk, body: dict[str, Any]) -> None:
    event = await desk.held()
    answer = await desk.call(
        "portal-1", "POST", PATH, body | {"event_id": event, "host_id": org(HOST)}, organisation=HOST
    )
    assert answer.status_code == 422, answer.text
    assert desk.asked == []


async def test_a_host_states_an_event_once_even_when_it_sends_twice_at_a_time(desk: Desk) -> None:
    event = await desk.held()
    bodies = [stated(line(number_), event_id=event, host_id=org(HOST)) for number_ in (1, 2, 3)]
    sent = await asyncio.gather(*(desk.call("portal-1", "POST", PATH, one, organisation=HOST) for one in bodies))
    assert sorted(answer.status_code for answer in sent) == [201, 409, 409]
    assert {answer.json()["code"] for answer in sent if answer.status_code == 409} == {"statement_exists"}


async def test_two_hosts_of_an_event_share_no_invoice(desk: Desk) -> None:
    event = await desk.held(co_hosts=TOGETHER)
    assert codes(await desk.state(event, line(9), by=STRANGER, status=409)) == ["not_a_host"]
    first = await desk.state(event, line(1), line(2))
    answer = await desk.state(event, line(2), line(3), by=CO_HOST, status=409)
    assert [(one["code"], one["facts"]) for one in answer["reasons"]] == [
        ("invoice_stated_before", {"line": 1, "number_last4": "0002"})
    ]
    second = await desk.state(event, line(3), by=CO_HOST)
    # What a check refuses is free for the other, and cannot be taken back once it is there.
    await desk.check(first, accept(1), refuse(2))
    body = stated(line(2), line(3), correction_reason="该发票由我方承担")
    tag = (await desk.call("auditor-1", "GET", f"{PATH}/{second['id']}")).headers["etag"]
    corrections = f"{PATH}/{second['id']}/corrections"
    moved = await desk.call("portal-2", "POST", corrections, body, organisation=CO_HOST, **{"If-Match": tag})
    assert moved.status_code == 201, moved.text
    again = await desk.check(first, accept(1), accept(2), status=409)
    assert again["code"] == "invoice_stated_before"


async def test_no_more_participants_than_the_signed_record_has(desk: Desk) -> None:
    event = await desk.held()
    row = AttendanceRecord(
        id=new_id(), city_code=desk.city, event_id=decode_id("evt", event), number=1, persons=185, organisations=12,
        counted_persons=185, counted_organisations=12, walk_in_persons=0, late_persons=0, no_shows=0,
        held_on=clock.today(desk.city), signed_by="person:officer-1", signed_at=clock.now(desk.city),
    )  # fmt: skip
    async with desk.process.app.state.sessions() as session, session.begin():
        session.add(row)
    assert codes(await desk.state(event, status=409)) == ["participants_above_record"]
    assert (await desk.state(event, participants=185))["participants"] == 185


async def test_two_hosts_at_a_time_share_no_invoice(desk: Desk) -> None:
    """The index decides where both looked before either wrote."""
    event = await desk.held(co_hosts=TOGETHER)
    both = (HOST, CO_HOST)  # one portal may act for the two
    bodies = [stated(line(5), event_id=event, host_id=org(one)) for one in both]
    sent = await asyncio.gather(*(desk.call("portal-1", "POST", PATH, body, organisation=both) for body in bodies))
    assert sorted(answer.status_code for answer in sent) == [201, 409]


async def test_a_check_decides_every_line_once_with_its_ground(desk: Desk) -> None:
    row = await desk.state(await desk.held(), line(1), line(2), line(3))
    answer = await desk.check(row, accept(1), accept(1), refuse(2, clauses=[]), accept(7), status=409)
    assert codes(answer) == ["line_undecided", "line_decided_twice", "line_unknown", "refusal_without_ground"]
    assert (await desk.confirm(row, status=409))["code"] == "move_not_allowed"
    await desk.check(row)
    assert (await desk.check(row, accept(1), refuse(2), accept(3)))["eligible_fen"] == 2_000 * YUAN  # until confirmed


async def test_three_people_are_needed(desk: Desk) -> None:
    row = await desk.state(await desk.held())
    async with desk.process.as_("person:portal-1", "officer") as client:  # the host's own person, at the desk
        tag = {"If-Match": "*", "Idempotency-Key": new_id().hex}
        own = await client.post(f"{PATH}/{row['id']}/check", json={
            "lines": [accept(1)], "reach": "national", "participants": 1, "public_money_fen": 0, "opinion": "x",
        }, headers=tag)  # fmt: skip
    assert own.status_code == 412  # a check rests on what was read
    await desk.check(row)
    assert codes(await desk.confirm(row, who="officer-1", status=409)) == ["same_person"]
    async with desk.process.as_("person:portal-1", "finance") as client:
        tag = (await desk.call("auditor-1", "GET", f"{PATH}/{row['id']}")).headers["etag"]
        headers = {"If-Match": tag, "Idempotency-Key": new_id().hex}
        own = await client.post(f"{PATH}/{row['id']}/confirmation", headers=headers)
    assert codes(own.json()) == ["same_person"]
    await desk.confirm(row)
    with pytest.raises(Exception, match="third_person_confirms"):
        async with desk.process.app.state.sessions() as session, session.begin():
            await session.execute(text("UPDATE hosting_statement SET confirmed_by = checked_by WHERE edition = 1"))


async def test_an_invoice_used_elsewhere_meanwhile_is_not_confirmed(desk: Desk) -> None:
    event = await desk.held()
    row = await desk.state(event, line(1))
    await desk.check(row)
    desk.used = [{"number_last4": "0001", "programme_kind": "recurring_subsidy", "claimed_on": "2026-09-01"}]
    assert codes(await desk.confirm(row, status=409)) == ["invoice_used"]
    assert await desk.told(event) == []
    desk.used = []
    await desk.confirm(row)
    answers(desk.process, "funds", lambda _path: 503)
    body = stated(event_id=await desk.held(), host_id=org(HOST))
    answer = await desk.call("portal-1", "POST", PATH, body, organisation=HOST)
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)


async def test_a_correction_is_a_new_edition_and_what_was_confirmed_is_kept(desk: Desk) -> None:
    event = await desk.held()
    first = await desk.state(event, line(1), line(2))
    await desk.check(first)
    await desk.confirm(first)
    second = await desk.correct(first, line(1, 500), line(3))
    assert (second["edition"], second["status"], second["correction_reason"]) == (2, "stated", "漏列评委差旅费")
    before = (await desk.call("auditor-1", "GET", f"{PATH}/{first['id']}")).json()
    assert (before["status"], before["eligible_fen"], before["confirmed_by"]) == (
        "superseded", 2_000 * YUAN, "person:finance-1",
    )  # fmt: skip
    assert [told.edition for told in await desk.told(event)] == [1]
    for _ in range(2):
        assert (await desk.correct(first, status=409))["code"] == "move_not_allowed"  # what is superseded rests
    await desk.check(second)
    await desk.confirm(second)
    told = await desk.told(event)
    assert [(one.edition, one.eligible_fen) for one in told] == [(1, 2_000 * YUAN), (2, 1_500 * YUAN)]
    assert told[0].invoice_reference == told[1].invoice_reference
    listed = (await desk.call("officer-1", "GET", f"{PATH}?event_id={event}")).json()["items"]
    assert [(one["edition"], len(one["lines"])) for one in listed] == [(1, 2), (2, 2)]


async def test_who_sees_and_does_what(desk: Desk) -> None:
    event = await desk.held()
    row = await desk.state(event)
    path = f"{PATH}/{row['id']}"
    assert (await desk.call("portal-3", "GET", path, organisation=STRANGER)).status_code == 404
    assert (await desk.call("portal-3", "GET", PATH, organisation=STRANGER)).json()["items"] == []
    assert (await desk.call("portal-1", "GET", path, organisation=HOST)).json()["id"] == row["id"]
    body = stated(event_id=event, host_id=org(HOST))
    for organisation in (None, STRANGER):
        foreign = await desk.call("portal-9", "POST", PATH, body, organisation=organisation)
        assert (foreign.status_code, foreign.json()["code"]) == (403, "not_its_voice")
    assert (await desk.call("officer-1", "POST", PATH, body)).status_code == 403
    draft = await desk.held(status=Status.DRAFT, published_at=None)
    await desk.state(draft, status=404)
    async with desk.process.as_("person:officer-9", "officer", city="420100") as elsewhere:
        assert (await elsewhere.get(path)).status_code == 404
        assert (await elsewhere.get(PATH)).json()["items"] == []


async def test_a_statement_without_accepted_lines_claims_nothing(desk: Desk) -> None:
    event = await desk.held()
    row = await desk.state(event)
    await desk.check(row, refuse(1))
    asked = len(desk.asked)
    await desk.confirm(row)
    assert len(desk.asked) == asked
    (told,) = await desk.told(event)
    assert (told.eligible_fen, told.invoice_prints) == (0, [])
    async with desk.process.app.state.sessions() as session:
        kept = await session.scalar(select(HostingStatement).where(HostingStatement.event_id == told.event_id))
    assert kept is not None
    assert kept.confirmed_by == "person:finance-1"
