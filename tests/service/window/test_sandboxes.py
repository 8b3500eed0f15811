"""A city of one's own: its clock is exact, and its people reach no other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from gateway.window.identity import people
from gateway.window.sandboxes.service import open_city
from kernel import clock, commands
from kernel.ids import new_id
from kernel.timers import Timer, schedule
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio
SANDBOXES = "/v1/window/sandboxes"


async def opened(window: Process, by: str = "bootstrap-operator") -> dict[str, Any]:
    async with window.as_(by, "platform", city="") as platform:
        answer = await platform.post(SANDBOXES, json={"pack_id": "xuzhou", "name": "联调"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def moved(window: Process, city: str, to: datetime, *, whose: str | None = None) -> Any:
    async with window.as_(f"person:operator-1@{whose or city}", "operator", city=whose or city) as operator:
        return await operator.post(f"{SANDBOXES}/{city}/clock", json={"to": to.isoformat()})


async def test_a_clock_shows_the_moment_it_is_moved_to_and_never_the_second_before(window: Process) -> None:
    """Midnight is tomorrow."""
    city = (await opened(window))["city_code"]
    for days in range(1, 6):
        midnight = clock.start_of(clock.today(city) + timedelta(days=days))
        answer = await moved(window, city, midnight)
        assert midnight <= datetime.fromisoformat(answer.json()["clock"]) <= midnight + timedelta(seconds=5)
        assert clock.start_of(clock.today(city)) == midnight
    back = await moved(window, city, clock.now(city) - timedelta(minutes=1))
    assert (back.status_code, back.json()["code"]) == (409, "clock_goes_forward")


async def test_nobody_reaches_into_another_city(window: Process) -> None:
    mine, other = [(await opened(window))["city_code"] for _ in range(2)]
    async with window.app.state.sessions() as session, session.begin():
        await open_city(session, pack_id="xuzhou", city_code="320399", name_zh="正式", is_sandbox=False)
    later = datetime(2090, 1, 1, tzinfo=UTC)
    for foreign in (other, "320399"):
        assert (await moved(window, foreign, later, whose=mine)).status_code == 404
        async with window.as_(f"person:officer-1@{mine}", "officer", city=mine) as officer:
            assert (await officer.get(f"{SANDBOXES}/{foreign}")).status_code == 404
    assert (await moved(window, "320399", later)).json()["code"] == "not_a_sandbox"
    async with window.as_(f"person:operator-1@{mine}", "operator", city=mine) as operator:
        refused = await operator.post(SANDBOXES, json={"pack_id": "xuzhou", "name": "另一个"})
    assert refused.json()["missing_scopes"] == ["sandboxes:manage"]


async def tokens(window: Process, shown: dict[str, Any]) -> list[Any]:
    """What each of the credentials is answered when it asks for a token."""
    found = []
    async with window.client() as anybody:
        for one in shown["credentials"]:
            if one["role"] == "portal":
                form = {"grant_type": "client_credentials", "client_id": one["login"], "client_secret": one["secret"]}
                found.append(await anybody.post("/oauth/token", data=form))
            else:
                credentials = {"account": one["login"], "password": one["secret"]}
                found.append(await anybody.post("/v1/window/sign-in", json=credentials))
    return found


async def test_who_was_shown_a_password_is_of_that_city_alone(window: Process) -> None:
    shown = await opened(window)
    for token in await tokens(window, shown):
        assert token.json()["city_code"] == shown["city_code"], token.text


async def closed(window: Process, city: str, subject: str, role: str, of: str = "") -> Any:
    async with window.as_(subject, role, city=of) as client:
        return await client.post(f"{SANDBOXES}/{city}/closure")


async def test_a_closed_sandbox_gives_no_token_and_those_it_gave_are_no_identity(window: Process) -> None:
    shown = await opened(window)
    city, (portal, operator) = shown["city_code"], ("portal", "operator-1")
    given = [token.json()["access_token"] for token in await tokens(window, shown)]
    sessions = window.app.state.sessions
    async with sessions() as session, session.begin():
        due_at = clock.now(city) + timedelta(days=1)
        await schedule(session, kind="due", object_id=new_id(), city_code=city, due_at=due_at)
    answer = await closed(window, city, f"person:{operator}@{city}", "operator", of=city)
    assert (answer.status_code, answer.json()["closed_at"] is not None) == (200, True), answer.text
    again = await closed(window, city, "bootstrap-operator", "platform")
    assert again.json() == answer.json()

    assert {token.status_code for token in await tokens(window, shown)} == {401}
    async with window.as_("workload:proxy", "workload") as proxy:
        asked = [{"access_token": token, "audience": "funds"} for token in given]
        assert {(await proxy.post("/internal/identities", json=one)).status_code for one in asked} == {401}
    async with sessions() as session:
        waiting = select(func.count()).select_from(Timer).where(Timer.city_code == city)
        assert await session.scalar(waiting) == 0
    # An identity from before lives for its minute.
    late = await moved(window, city, clock.now(city) + timedelta(days=1))
    assert (late.status_code, late.json()["code"]) == (409, "sandbox_closed")
    async with window.as_(f"person:{operator}@{city}", "operator", city=city) as left:
        assert (await left.post("/v1/window/clients", json={"kind": portal, "name": "后来"})).status_code == 409
        client = next(one["login"] for one in shown["credentials"] if one["role"] == portal)
        again = await left.post(f"/v1/window/clients/{client}/enable")
        assert (again.status_code, again.json()["code"]) == (409, "sandbox_closed")
        assert (await left.get(f"{SANDBOXES}/{city}")).json()["closed_at"] == answer.json()["closed_at"]
    async with sessions() as session:
        for command in (
            people.renew(session, account=f"{operator}@{city}"),
            people.add(session, name="n", city=city, role="officer"),
        ):
            with pytest.raises(commands.Refused, match="closed"):
                await anext(command)


async def test_whoever_opened_sandboxes_sees_and_closes_them_and_nobody_elses(window: Process) -> None:
    mine, others = f"platform-{new_id().hex[-8:]}", f"platform-{new_id().hex[-8:]}"
    city, open_still, foreign = [(await opened(window, by))["city_code"] for by in (mine, mine, others)]
    for subject, role, of in ((mine, "platform", ""), ("person:operator-1", "operator", city)):
        assert (await closed(window, foreign, subject, role, of)).status_code == 404
    assert (await closed(window, city, mine, "platform")).status_code == 200
    async with window.as_(mine, "platform", city="") as platform:
        listed = (await platform.get(SANDBOXES)).json()["items"]
    assert [(one["city_code"], one["closed_at"] is None) for one in listed] == [(city, False), (open_still, True)]
    async with window.app.state.sessions() as session, session.begin():
        await open_city(session, pack_id="xuzhou", city_code="320398", name_zh="正式", is_sandbox=False)
    real = await closed(window, "320398", "person:operator-1", "operator", "320398")
    assert (real.status_code, real.json()["code"]) == (409, "not_a_sandbox")
