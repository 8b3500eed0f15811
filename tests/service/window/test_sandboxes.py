"""A city of one's own: its clock is exact, and its people reach no other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.window.sandboxes.service import open_city
from kernel import clock
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio
SANDBOXES = "/v1/window/sandboxes"


async def opened(window: Process) -> dict[str, Any]:
    async with window.as_("bootstrap-operator", "platform", city="") as platform:
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


async def test_who_was_shown_a_password_is_of_that_city_alone(window: Process) -> None:
    shown = await opened(window)
    async with window.client() as anybody:
        for one in shown["credentials"]:
            if one["role"] == "portal":
                form = {"grant_type": "client_credentials", "client_id": one["login"], "client_secret": one["secret"]}
                token = await anybody.post("/oauth/token", data=form)
            else:
                credentials = {"account": one["login"], "password": one["secret"]}
                token = await anybody.post("/v1/window/sign-in", json=credentials)
            assert token.json()["city_code"] == shown["city_code"], token.text
