"""A secret that is shown once is in no stored answer, and nobody is told that a second try would be harmless."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import func, select

from devtools.databases import Database
from kernel.cities import CityRow
from kernel.idempotency import StoredAnswer
from kernel.ids import encode_id, new_id
from tests.builders.processes import Process
from tests.builders.whole import whole

pytestmark = pytest.mark.anyio
SANDBOX = {"pack_id": "xuzhou", "name": "联调"}
PORTAL = {"kind": "portal", "name": "门户"}


@pytest.fixture
async def window(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Process]:
    async with whole("window", database("window"), tmp_path) as process:
        yield process


async def count(window: Process, model: Any) -> int:
    async with window.app.state.sessions() as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


def key() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


async def test_a_sandbox_is_opened_without_a_key_and_not_with_one(window: Process) -> None:
    before = await count(window, CityRow)
    async with window.as_("platform", "platform", city="") as platform:
        refused = await platform.post("/v1/window/sandboxes", json=SANDBOX, headers=key())
        assert (refused.status_code, refused.json()["code"]) == (400, "answer_shown_once")
        assert await count(window, CityRow) == before
        assert (await platform.post("/v1/window/sandboxes", json=SANDBOX)).status_code == 201
    assert await count(window, CityRow) == before + 1
    assert await count(window, StoredAnswer) == 0


async def test_a_client_with_a_secret_takes_no_key_and_one_with_registered_keys_does(window: Process) -> None:
    jwks = KeySet([ECKey.generate_key("P-256", auto_kid=True)]).as_dict(private=False)
    bank = {"kind": "bank", "name": "银行", "organisation_id": encode_id("org", new_id()), "jwks": jwks}
    where, headers = "/v1/window/clients", key()
    async with window.as_("person:operator-1", "operator") as operator:
        refused = await operator.post(where, json=PORTAL, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (400, "answer_shown_once")
        assert (await operator.get(where)).json()["items"] == []
        first = await operator.post(where, json=bank, headers=headers)
        again = await operator.post(where, json=bank, headers=headers)
        assert (first.status_code, again.content) == (201, first.content)
        assert len((await operator.get(where)).json()["items"]) == 1

        portal = (await operator.post(where, json=PORTAL)).json()["client_id"]
        rotated = await operator.post(f"{where}/{portal}/secrets", headers=key())
        assert (rotated.status_code, rotated.json()["code"]) == (400, "answer_shown_once")
        assert len((await operator.get(f"{where}/{portal}/secrets")).json()) == 1


async def test_a_token_is_not_kept_for_whoever_sends_the_same_key(window: Process) -> None:
    async with window.as_("person:operator-1", "operator") as operator:
        portal = (await operator.post("/v1/window/clients", json=PORTAL)).json()
    form, headers, before = {"grant_type": "client_credentials"}, key(), await count(window, StoredAnswer)
    async with window.client() as anyone:
        basic = (portal["client_id"], portal["client_secret"])
        own = await anyone.post("/oauth/token", data=form, headers=headers, auth=basic)
        assert own.status_code == 200
        stolen = await anyone.post("/oauth/token", data=form, headers=headers)
        assert "access_token" not in stolen.json()
    assert await count(window, StoredAnswer) == before
