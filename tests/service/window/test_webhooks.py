"""The feed, pushed: signed, in order, until it is taken; to nobody who may not be told."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from unittest.mock import AsyncMock
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import update

from gateway.window.identity.models import ClientKind
from gateway.window.identity.service import add_client
from gateway.window.webhooks import sending
from gateway.window.webhooks.models import Webhook
from gateway.window.webhooks.sending import Sending, http_client
from gateway.window.webhooks.standard import signatures
from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from kernel.problems import Unavailable
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio
HOOKS = "/v1/window/webhooks"
URL = "https://8.8.8.8/hook?bank=1"


def sending_to(window: Process, handle: Any) -> Sending:
    return Sending(window.app, lambda: http_client(httpx2.MockTransport(handle)))


def silent() -> Any:
    """A registry that is away."""
    client = AsyncMock()
    client.post.side_effect = Unavailable
    return client


class Bank:
    """A bank with a client, and what arrives at its address; `answer` is what it says to each."""

    kind, role = ClientKind.BANK, "bank"

    def __init__(self, window: Process, city: str) -> None:
        self.window, self.city, self.id, self.client_id = window, city, uuid4(), f"bank-{new_id().hex[:12]}"
        self.arrived: list[httpx2.Request] = []
        self.answer, self.retry_after = 204, ""

    async def opens(self) -> "Bank":
        async with self.window.app.state.sessions() as session, session.begin():
            await add_client(
                session, city_code=self.city, kind=self.kind, name="彭城银行", organisation_id=self.bound_to(),
                client_id=self.client_id, jwks={"keys": []},
            )  # fmt: skip
        return self

    def bound_to(self) -> UUID | None:
        return self.id

    async def call(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        async with self.window.as_(self.client_id, self.role, city=self.city, organisation=str(self.id)) as client:
            answer = await client.request(method, HOOKS + path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def loan(self, fen: int, bank: Any = None) -> None:
        data = {"loan_id": str(new_id()), "bank_id": str(bank or self.id), "principal_fen": fen}
        await self.window.tell("loan.registered", data, city=self.city)

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.arrived.append(request)
        asked = {"Retry-After": self.retry_after} if self.retry_after else {}
        return httpx2.Response(self.answer, headers={"Set-Cookie": "session=of-another"} | asked)

    async def send(self) -> None:
        sending = sending_to(self.window, self.handle)
        while await sending.begin():
            await sending.some_end()

    async def send_once(self) -> None:
        sending = sending_to(self.window, self.handle)
        await sending.begin()
        await sending.some_end()

    async def wait_is_over(self, hook: str, **values: Any) -> None:
        async with self.window.app.state.sessions() as session, session.begin():
            changed = update(Webhook).where(Webhook.id == decode_id("whk", hook))
            await session.execute(changed.values(next_at=None, **values))

    def amounts(self) -> list[int]:
        return [json.loads(request.content)["data"]["data"]["principal_fen"] for request in self.arrived]


class Portal(Bank):
    """Bound to no organisation; the registry says that it acts for this one."""

    kind, role = ClientKind.PORTAL, "portal"

    def bound_to(self) -> UUID | None:
        return None


@pytest.fixture
async def bank(window: Process, city: str) -> Bank:
    return await Bank(window, city).opens()


async def test_what_concerns_the_bank_arrives_signed_and_in_order(bank: Bank) -> None:
    await bank.loan(1)
    hook = await bank.call("POST", "", {"url": URL}, status=201)
    for fen in (2, 3):
        await bank.loan(fen)
        await bank.loan(99, bank=uuid4())
    await bank.send()
    assert bank.amounts() == [2, 3]
    for request in bank.arrived:
        told, now = request.headers["webhook-id"], int(request.headers["webhook-timestamp"])
        assert request.headers["webhook-signature"] == signatures([hook["secret"]], told, now, request.content)
        assert "cookie" not in request.headers
        assert (json.loads(request.content)["type"], json.loads(request.content)["data"]["id"]) == (
            "loan.registered",
            told,
        )
    assert str(bank.arrived[0].url) == URL
    await bank.send()
    shown = await bank.call("GET", f"/{hook['id']}")
    assert len(bank.arrived) == 2
    assert (shown["status"], shown["tries"], "secret" in shown) == ("active", 0, False)
    log = (await bank.call("GET", f"/{hook['id']}/deliveries"))["items"]
    assert [(one["outcome"], one["status_code"], one["attempt"]) for one in log] == [("taken", 204, 1)] * 2

    await bank.call("POST", f"/{hook['id']}/replays", {"after": 0})
    renewed = await bank.call("POST", f"/{hook['id']}/secrets", status=201)
    bank.arrived.clear()
    await bank.send()
    assert bank.amounts() == [1, 2, 3]
    request = bank.arrived[0]
    both = signatures(
        [renewed["secret"], hook["secret"]],
        request.headers["webhook-id"],
        int(request.headers["webhook-timestamp"]),
        request.content,
    )
    assert request.headers["webhook-signature"] == both


async def test_a_portal_is_told_what_names_whom_it_acts_for_and_waits_while_nobody_says_whom(
    window: Process, city: str
) -> None:
    portal = await Portal(window, city).opens()
    await portal.call("POST", "", {"url": URL}, status=201)
    told = {"event_registration_id": str(new_id()), "event_id": str(new_id()), "seats": 2}
    for organisation in (portal.id, uuid4()):
        await window.tell("event_registration.offered", told | {"organisation_id": str(organisation)}, city=city)
    sending, registry = sending_to(window, portal.handle), silent()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(window.app.state.neighbours, "registry", registry)
        for _ in range(3):
            await sending.begin()
            await sending.some_end()
        assert (portal.arrived, registry.post.call_count) == ([], 1)
    await portal.send()
    (request,) = portal.arrived
    entry = json.loads(request.content)["data"]
    assert (entry["type"], entry["data"]["seats"]) == ("event_registration.offered", 2)
    assert entry["data"]["organisation_id"] == encode_id("org", portal.id)


async def test_a_type_the_feed_does_not_have_is_refused(bank: Bank) -> None:
    refused = await bank.call("POST", "", {"url": URL, "types": ["loan.registered", "loan.register"]}, status=422)
    assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [("/types/1", "event_type_unknown")]
    async with bank.window.as_(bank.client_id, "bank", city=bank.city) as client:
        known = [one["type"] for one in (await client.get("/v1/window/feed/types")).json()["items"]]
    everything = await bank.call("POST", "", {"url": URL, "types": known[:100]}, status=201)
    assert "loan.registered" in known
    assert everything["types"] == known[:100]


async def test_a_webhook_that_moves_keeps_its_place_and_its_secret(bank: Bank) -> None:
    """Also one that was given up, because its address was no longer there."""
    hook = await bank.call("POST", "", {"url": URL, "types": ["claim.paid"]}, status=201)
    bank.answer = 410
    await bank.call("PATCH", f"/{hook['id']}", {"types": ["loan.registered"]})
    await bank.loan(1)
    await bank.send()
    gone = await bank.call("GET", f"/{hook['id']}")
    assert (gone["status"], gone["tries"], gone["next_at"]) == ("gone", 1, None)
    refused = await bank.call("PATCH", f"/{hook['id']}", {"url": "https://127.0.0.1/"}, status=422)
    assert refused["code"] == "target_not_allowed"
    bank.answer = 204
    moved = await bank.call("PATCH", f"/{hook['id']}", {"url": "https://8.8.4.4/new"})
    assert (moved["status"], moved["types"]) == ("active", ["loan.registered"])
    await bank.send()
    assert [str(request.url) for request in bank.arrived] == [URL, "https://8.8.4.4/new"]
    again = bank.arrived[1]
    told, now = again.headers["webhook-id"], int(again.headers["webhook-timestamp"])
    assert told == bank.arrived[0].headers["webhook-id"]
    assert again.headers["webhook-signature"] == signatures([hook["secret"]], told, now, again.content)


async def test_what_is_not_taken_waits_and_holds_back_what_follows(bank: Bank) -> None:
    hook = (await bank.call("POST", "", {"url": URL, "types": ["loan.registered"]}, status=201))["id"]
    bank.answer = 500
    await bank.loan(1)
    await bank.loan(2)
    await bank.send()
    await bank.send()
    assert bank.amounts() == [1]
    failing = await bank.call("GET", f"/{hook}")
    assert failing["tries"] == 1
    assert failing["next_at"] > failing["failing_since"]
    await bank.wait_is_over(hook)
    bank.answer = 200
    await bank.send()
    assert bank.amounts() == [1, 1, 2]
    assert len({request.headers["webhook-id"] for request in bank.arrived}) == 2
    bank.answer = 500
    await bank.loan(3)
    await bank.send()
    await bank.wait_is_over(hook, failing_since=clock.real_now() - timedelta(days=4))
    await bank.send()
    given_up = await bank.call("GET", f"/{hook}")
    assert (given_up["status"], given_up["next_at"]) == ("failing", None)
    bank.answer = 410
    await bank.call("POST", f"/{hook}/replays", {"after": 0})
    await bank.send()
    assert (await bank.call("GET", f"/{hook}"))["status"] == "gone"
    await bank.call("DELETE", f"/{hook}", status=204)
    await bank.call("GET", f"/{hook}", status=404)


async def test_a_receiver_that_says_when_is_asked_no_sooner(bank: Bank) -> None:
    hook = (await bank.call("POST", "", {"url": URL}, status=201))["id"]
    bank.answer, bank.retry_after = 429, "600"
    await bank.loan(1)
    begun = clock.real_now()
    await bank.send()
    waits = datetime.fromisoformat((await bank.call("GET", f"/{hook}"))["next_at"]) - begun
    assert timedelta(seconds=600) <= waits < timedelta(seconds=700)
    await bank.wait_is_over(hook)
    bank.answer, bank.retry_after = 204, ""
    await bank.send()
    assert bank.amounts() == [1, 1]


async def test_who_is_slow_delays_neither_others_nor_the_clients_other_addresses(bank: Bank, city: str) -> None:
    """The slow one keeps its order, and nothing of it is sent twice."""
    other, waits = await Bank(bank.window, city).opens(), asyncio.Event()
    for told, at in ((bank, "slow"), (bank, "quick"), (other, "other")):
        await told.call("POST", "", {"url": f"https://8.8.8.8/{at}"}, status=201)
    arrived: dict[str, list[int]] = {"/slow": [], "/quick": [], "/other": []}

    async def handle(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/slow":
            await waits.wait()
        arrived[request.url.path].append(json.loads(request.content)["data"]["data"]["principal_fen"])
        return httpx2.Response(204)

    sending = sending_to(bank.window, handle)
    for fen in (1, 2, 3):
        await bank.loan(fen)
        await other.loan(fen)
        while len(arrived["/quick"]) < fen or len(arrived["/other"]) < fen:
            assert await sending.begin()
            await sending.some_end()
    assert arrived == {"/slow": [], "/quick": [1, 2, 3], "/other": [1, 2, 3]}
    waits.set()
    while await sending.begin():
        await sending.some_end()
    assert arrived == {"/slow": [1, 2, 3], "/quick": [1, 2, 3], "/other": [1, 2, 3]}


async def test_who_has_many_addresses_takes_no_second_slot_before_others_have_one(
    bank: Bank, city: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page ends when its time is over, so that slots come round."""
    monkeypatch.setattr(sending, "PAGE_SECONDS", 0)
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    other = await Bank(bank.window, city).opens()
    for at in range(3):
        await bank.call("POST", "", {"url": f"https://8.8.8.8/{at}"}, status=201)
    await other.call("POST", "", {"url": URL}, status=201)
    for fen in range(3):
        await bank.loan(fen)
        await other.loan(fen)
    first: list[str] = []

    async def handle(request: httpx2.Request) -> httpx2.Response:
        first.append(request.url.path)
        return httpx2.Response(204)

    under_way = sending_to(bank.window, handle)
    await under_way.begin()
    while await under_way.some_end():
        pass
    assert sorted(path == "/hook" for path in first) == [False, True]
    await bank.send()
    told = [str(request.url) for request in bank.arrived]
    for at in range(3):
        own = [fen for url, fen in zip(told, bank.amounts(), strict=True) if url.endswith(f"/{at}")]
        assert own == ([1, 2] if f"/{at}" in first else [0, 1, 2])


async def test_a_name_that_nobody_answers_for_holds_up_nothing_but_its_own(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords are checked, and the database's name is looked up, in the threads of the loop."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    answered, look_up = Event(), socket.getaddrinfo

    def patient(host: Any, *arguments: Any, **more: Any) -> Any:
        if host == "silent.example":
            answered.wait(20)
            raise socket.gaierror
        return look_up(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", patient)
    await bank.call("POST", "", {"url": "https://silent.example/hook"}, status=201)
    await bank.loan(1)
    trying = asyncio.create_task(bank.send())
    try:
        await asyncio.sleep(0.3)
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "signed in"), 5) == "signed in"
    finally:
        answered.set()
        await trying
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
    assert bank.arrived == []


async def test_each_webhook_has_connections_of_its_own(bank: Bank) -> None:
    """They are kept by address: told over another name's, a receiver behind the same one refuses or is not known."""
    made: list[httpx2.AsyncClient] = []

    def connect() -> httpx2.AsyncClient:
        made.append(http_client(httpx2.MockTransport(bank.handle)))
        return made[-1]

    for at in range(2):
        await bank.call("POST", "", {"url": f"https://8.8.8.8/{at}"}, status=201)
    await bank.loan(1)
    sending = Sending(bank.window.app, connect)
    while await sending.begin():
        await sending.some_end()
    assert len(bank.arrived) == len(made) == 2
    assert all(one.is_closed for one in made)


async def test_two_processes_send_an_entry_once(bank: Bank) -> None:
    await bank.call("POST", "", {"url": URL}, status=201)
    for fen in range(5):
        await bank.loan(fen)
    await asyncio.gather(*(bank.send() for _ in range(4)))
    await bank.send()
    assert bank.amounts() == [0, 1, 2, 3, 4]


async def test_a_replay_stands_though_another_process_has_gone_on_with_it_by_then(bank: Bank) -> None:
    hook = await bank.call("POST", "", {"url": URL}, status=201)
    for fen in (1, 2):
        await bank.loan(fen)
    await bank.send()
    await bank.loan(3)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: httpx2.Request) -> httpx2.Response:
        begun.set()
        await go_on.wait()
        return await bank.handle(request)

    another = sending_to(bank.window, slow)

    async def overtaken(request: httpx2.Request) -> httpx2.Response:
        await bank.call("POST", f"/{hook['id']}/replays", {"after": 0})
        await another.begin()
        await begun.wait()
        return await bank.handle(request)

    first = sending_to(bank.window, overtaken)
    while await first.begin():
        await first.some_end()
    go_on.set()
    while await another.begin():
        await another.some_end()
    assert bank.amounts() == [1, 2, 3, 1, 2, 3]


async def test_nobody_is_led_inside_and_nobody_sees_anothers(bank: Bank, city: str) -> None:
    for url in ("https://127.0.0.1/", "http://8.8.8.8/", "https://"):
        refused = await bank.call("POST", "", {"url": url}, status=422)
        assert refused["errors"][0]["pointer"] == "/url"
    named = await bank.call("POST", "", {"url": "https://localhost/hook"}, status=201)
    await bank.loan(1)
    await bank.send()
    assert bank.arrived == []
    (tried,) = (await bank.call("GET", f"/{named['id']}/deliveries"))["items"]
    assert (tried["outcome"], tried["status_code"]) == ("not_allowed", None)
    other = await Bank(bank.window, city).opens()
    assert await other.call("GET", "") == []
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/secrets"), ("PATCH", "")):
        await other.call(method, f"/{named['id']}{path}", {} if method == "PATCH" else None, status=404)
    for _ in range(4):
        await bank.call("POST", "", {"url": URL}, status=201)
    assert (await bank.call("POST", "", {"url": URL}, status=409))["code"] == "too_many_webhooks"
    async with bank.window.as_("person:officer-1", "officer", city=city) as officer:
        assert (await officer.post(HOOKS, json={"url": URL})).status_code == 403
