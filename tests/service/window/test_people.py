"""Who works for a city: opened by whoever runs the installation, with a password only its owner knows in the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from gateway.window.identity import people
from gateway.window.identity.models import Person
from gateway.window.identity.pauses import FREE_TRIES
from gateway.window.identity.service import passwords
from gateway.window.sandboxes.service import open_city
from kernel import commands
from kernel.cities import CityRow
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio
CITY = "320300"
ACCOUNT = f"wang.xiao@{CITY}"
CHOSEN = "correct horse 徐州"


async def said(window: Process, command: Callable[..., AsyncIterator[str]], **arguments: str) -> list[str]:
    async with window.app.state.sessions() as session, session.begin():
        if await session.get(CityRow, CITY) is None:
            await open_city(session, pack_id="xuzhou", city_code=CITY, name_zh="徐州", is_sandbox=False)
        return [line async for line in command(session, **arguments)]


async def given(window: Process, command: Callable[..., AsyncIterator[str]], **arguments: str) -> str:
    (line,) = await said(window, command, **arguments)
    return line.rpartition(" ")[2]


async def sign_in(window: Process, password: str) -> Any:
    async with window.client() as person:
        return await person.post("/v1/window/sign-in", json={"account": ACCOUNT, "password": password})


async def change(window: Process, password: str, wanted: str, *, account: str = ACCOUNT, **headers: str) -> Any:
    body = {"account": account, "password": password, "new_password": wanted}
    async with window.client(**headers) as person:
        return await person.post("/v1/window/sign-in/password", json=body)


async def test_a_live_city_gets_its_people_and_each_a_password_of_their_own(window: Process, city: str) -> None:
    first = await given(window, people.add, name="wang.xiao", city=CITY, role="operator")
    assert "clients:manage" in (await sign_in(window, first)).json()["scope"].split()
    assert await said(window, people.show) == [f"{ACCOUNT}: operator, active"], "a sandbox's people are not told"

    assert (await change(window, "wrong", CHOSEN)).json()["code"] == "sign_in_failed"
    assert (await change(window, first, "short")).json()["errors"][0]["pointer"] == "/new_password"
    assert (await change(window, first, CHOSEN, **{"Idempotency-Key": "k"})).json()["code"] == "answer_shown_once"
    assert (await change(window, first, CHOSEN)).json()["access_token"]
    assert [(await sign_in(window, one)).status_code for one in (first, CHOSEN)] == [401, 200]

    assert await said(window, people.disable, account=ACCOUNT) == [f"{ACCOUNT} is disabled"]
    assert (await sign_in(window, CHOSEN)).status_code == 401
    second = await given(window, people.renew, account=ACCOUNT)
    assert [(await sign_in(window, one)).status_code for one in (CHOSEN, second)] == [401, 200]
    for _ in range(FREE_TRIES):
        await change(window, "wrong", CHOSEN)
    assert (await change(window, second, CHOSEN)).json()["code"] == "account_locked", "guessing here counts as well"
    third = await given(window, people.renew, account=ACCOUNT)
    assert (await sign_in(window, third)).status_code == 200


@pytest.mark.parametrize("meanwhile", [people.disable, people.renew])
async def test_who_lost_the_account_while_the_password_was_judged_changes_nothing(
    window: Process, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[..., AsyncIterator[str]]
) -> None:
    name = f"late.{meanwhile.__name__}"
    account, loop, judged = f"{name}@{CITY}", asyncio.get_running_loop(), passwords.verify
    first = await given(window, people.add, name=name, city=CITY, role="officer")

    def judged_meanwhile(password: str, known: str) -> bool:
        """In the thread it is judged in: the account is another's or nobody's before the answer."""
        asyncio.run_coroutine_threadsafe(said(window, meanwhile, account=account), loop).result(5)
        return judged(password, known)

    with monkeypatch.context() as patch:
        patch.setattr(passwords, "verify", judged_meanwhile)
        refused = await change(window, first, CHOSEN, account=account)
    assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_failed")
    async with window.app.state.sessions() as session:
        person = await session.get_one(Person, account)
    assert (judged(CHOSEN, person.password_hash), person.active) == (False, meanwhile is people.renew)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (people.add, {"name": "li.na", "city": "999999", "role": "officer"}),
        (people.add, {"name": "li.na", "city": CITY, "role": "platform"}),
        (people.add, {"name": "li na", "city": CITY, "role": "officer"}),
        (people.renew, {"account": "nobody@320300"}),
        (people.disable, {"account": "nobody@320300"}),
    ],
)
async def test_what_cannot_be_is_refused_in_words(window: Process, command: Any, arguments: dict[str, str]) -> None:
    with pytest.raises(commands.Refused):
        await said(window, command, **arguments)


async def test_an_account_is_opened_once(window: Process) -> None:
    await given(window, people.add, name="zhao", city=CITY, role="finance")
    with pytest.raises(commands.Refused, match="already"):
        await said(window, people.add, name="zhao", city=CITY, role="officer")
