"""Who gets a token, for how long, and what it is worth."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import select, update

from devtools.databases import Database
from devtools.testing import Run
from gateway.window.feed.models import FeedEntry
from gateway.window.feed.wording import words_of
from gateway.window.identity import signing_in, turns
from gateway.window.identity.models import ClientKind, ClientSecret, SignInPlace
from gateway.window.identity.pauses import FREE_TRIES, LONGEST, STRANGERS
from gateway.window.identity.service import (
    ASSERTION_FAULT,
    ASSERTION_FAULTS,
    add_client,
    add_person,
    digest,
)
from gateway.window.settings import WindowSettings
from kernel import clock
from kernel.details import DETAILS
from kernel.ids import encode_id, new_id
from kernel.workload import ASSERTION_TYPE, client_assertion, load_key
from tests.builders.identity import ISSUER, XUZHOU
from tests.builders.processes import Process, running
from tests.service.window.identity_app import build, window_secrets

pytestmark = pytest.mark.anyio
BANK_KEY = ECKey.generate_key("P-256", auto_kid=True)


@pytest.fixture(scope="module")
def database(test_run: Run) -> Iterator[Callable[[str], Database]]:
    """Of this module alone: the people of its live city would be listed in another's."""
    with test_run.on_demand() as of:
        yield of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("identity")


@pytest.fixture(scope="module")
async def window(database: Callable[[str], Database], folder: Path) -> AsyncIterator[Process]:
    secrets = window_secrets(folder)
    async with running(build, "window", database("window"), folder, settings=WindowSettings, **secrets) as process:
        process.signer.key = process.app.state.signing_keys.signing
        yield process


async def portal_of(window: Process) -> tuple[str, str]:
    async with window.app.state.sessions() as session, session.begin():
        client, secret = await add_client(session, city_code=XUZHOU, kind=ClientKind.PORTAL, name="门户")
    return client.client_id, secret or ""


async def bank_of(window: Process) -> str:
    jwks = KeySet([BANK_KEY]).as_dict(private=False)
    async with window.app.state.sessions() as session, session.begin():
        client, secret = await add_client(
            session, city_code=XUZHOU, kind=ClientKind.BANK, name="银行", organisation_id=new_id(), jwks=jwks
        )
    assert secret is None
    return client.client_id


async def ask(window: Process, **form: str) -> Any:
    async with window.client() as anyone:
        return await anyone.post("/oauth/token", data={"grant_type": "client_credentials"} | form)


def assertion(
    client_id: str, *, audience: str = ISSUER, seconds: int = 60, key: ECKey = BANK_KEY, ahead: int = 0, **claims: Any
) -> str:
    """`ahead`: by how many seconds the bank's clock is before ours."""
    now = int(clock.real_now().timestamp()) + ahead
    whole = {"iss": client_id, "sub": client_id, "aud": audience, "jti": new_id().hex, "iat": now, "exp": now + seconds}
    return jwt.encode({"alg": "ES256", "kid": key.kid}, whole | claims, key)


async def present(window: Process, signed: str) -> Any:
    return await ask(window, client_assertion=signed, client_assertion_type=ASSERTION_TYPE)


async def test_a_portal_shows_its_secret_in_the_form_or_by_basic(window: Process) -> None:
    client_id, secret = await portal_of(window)
    by_form = await ask(window, client_id=client_id, client_secret=secret)
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    async with window.client(Authorization=f"Basic {basic}") as portal:
        by_basic = await portal.post("/oauth/token", data={"grant_type": "client_credentials", "scope": "cases:open"})
    assert (by_form.status_code, by_basic.status_code) == (200, 200), by_form.text
    assert (by_basic.json()["scope"], by_basic.json()["city_code"]) == ("cases:open", XUZHOU)
    assert by_form.headers["cache-control"] == "no-store"
    claims = jwt.decode(by_form.json()["access_token"], window.app.state.signing_keys.signing).claims
    assert (claims["iss"], claims["aud"], claims["sub"], claims["city"]) == (ISSUER, ISSUER, client_id, XUZHOU)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_id": "portal-x", "client_secret": "wrong"}, 401, "invalid_client"),
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_assertion": "x.y.z", "client_assertion_type": ASSERTION_TYPE}, 401, "invalid_client"),
    ],
)
async def test_refusals_say_oauths_words(window: Process, form: dict[str, str], status: int, error: str) -> None:
    answer = await ask(window, **form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_scope_beyond_the_role_is_refused(window: Process) -> None:
    client_id, secret = await portal_of(window)
    answer = await ask(window, client_id=client_id, client_secret=secret, scope="cases:open payments:manage surprise")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_scope")
    assert answer.json()["missing_scopes"] == ["payments:manage"]


async def test_a_bank_signs_and_each_assertion_counts_once(window: Process) -> None:
    bank = await bank_of(window)
    signed = assertion(bank)
    form = {"client_assertion": signed, "client_assertion_type": ASSERTION_TYPE}
    assert (await ask(window, **form)).status_code == 200
    assert (await ask(window, **form)).status_code == 401


async def test_what_a_bank_may_not_sign_with(window: Process) -> None:
    bank = await bank_of(window)
    wrong = [
        assertion(bank, audience="http://elsewhere"),
        assertion(bank, seconds=-60),
        assertion(bank, seconds=86_400),
        assertion(bank, key=ECKey.generate_key("P-256", auto_kid=True)),
        assertion("bank-unknown"),
    ]
    for signed in wrong:
        answer = await ask(window, client_assertion=signed, client_assertion_type=ASSERTION_TYPE)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("ahead", [20, -20])
async def test_a_bank_whose_clock_is_a_little_off_gets_its_token_once(window: Process, ahead: int) -> None:
    signed = assertion(await bank_of(window), seconds=10, ahead=ahead)
    assert [(await present(window, signed)).status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"audience": "http://elsewhere"}, "issuer"),
        ({"seconds": -60}, "clocks"),
        ({"ahead": 120}, "clocks"),
        ({"seconds": 86_400}, "five minutes"),
        ({"sub": "bank-another"}, "sub"),
        ({"jti": 7}, "jti"),
        ({"jti": "\0"}, "jti"),
        ({"exp": None}, "exp"),
    ],
)
async def test_who_holds_the_key_is_told_what_is_wrong_with_the_assertion(
    window: Process, fault: dict[str, Any], word: str
) -> None:
    bank = await bank_of(window)
    async with window.client(**{"Accept-Language": "en"}) as developer:
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
        told = await developer.post("/oauth/token", data=form | {"client_assertion": assertion(bank, **fault)})
        stranger = assertion(bank, key=ECKey.generate_key("P-256", auto_kid=True), **fault)
        untold = await developer.post("/oauth/token", data=form | {"client_assertion": stranger})
    assert (told.status_code, told.json()["code"]) == (401, "invalid_client")
    assert word in told.json()["detail"]
    assert "detail" not in untold.json()


def test_each_fault_is_told_in_chinese_too() -> None:
    assert {ASSERTION_FAULT, *ASSERTION_FAULTS.values()} <= DETAILS.keys()


async def test_a_bank_changes_its_key_without_a_gap(window: Process) -> None:
    bank, second = await bank_of(window), ECKey.generate_key("P-256", auto_kid=True)
    at = f"/v1/window/clients/{bank}/keys"
    async with window.as_("person:operator-1", "operator") as operator:
        for living, expected in (([BANK_KEY, second], [200, 200]), ([second], [401, 200])):
            jwks = KeySet(living).as_dict(private=False)
            assert (await operator.put(at, json={"jwks": jwks})).json()["jwks"] == jwks
            tokens = [await present(window, assertion(bank, key=key)) for key in (BANK_KEY, second)]
            assert [token.status_code for token in tokens] == expected
        assert [key["kid"] for key in (await operator.get(at)).json()["jwks"]["keys"]] == [second.kid]
    async with window.as_("person:operator-9", "operator", city="420100") as stranger:
        assert (await stranger.put(at, json={"jwks": jwks})).status_code == 404


async def test_a_bank_has_no_secret_and_a_portal_no_keys(window: Process) -> None:
    bank, (portal, _) = await bank_of(window), await portal_of(window)
    async with window.app.state.sessions() as session, session.begin():  # as one may have been given before
        session.add(ClientSecret(id=new_id(), client_id=bank, digest=digest("given-before")))
    assert (await ask(window, client_id=bank, client_secret="given-before")).status_code == 401
    async with window.as_("person:operator-1", "operator") as operator:
        refused = await operator.post(f"/v1/window/clients/{bank}/secrets")
        assert (refused.status_code, refused.json()["code"]) == (409, "signs_with_keys")
        keys, at = {"jwks": KeySet([BANK_KEY]).as_dict(private=False)}, f"/v1/window/clients/{portal}/keys"
        assert (await operator.put(at, json=keys)).json()["code"] == "shows_a_secret"
        assert (await operator.get(at)).status_code == 404


async def test_an_assertion_nested_without_end_is_a_refusal_like_any_other(window: Process) -> None:
    for payload in (b"[" * 4_500, b'{"iss":"a\\u0000b"}', b'{"iss":"\\ud800"}'):
        encoded = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
        answer = await present(window, f"eyJhbGciOiJFUzI1NiJ9.{encoded}.AAAA")
        assert (answer.status_code, answer.json().get("error")) == (401, "invalid_client"), payload
    nobody = await ask(window, client_id="a\0b", client_secret="x")
    assert (nobody.status_code, nobody.json().get("error")) == (401, "invalid_client")
    async with window.client() as portal:
        strange = {"Authorization": "Basic ä".encode()}
        basic = await portal.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=strange)
    assert (basic.status_code, basic.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        {"keys": 5},
        {"keys": [{"kty": "oct", "k": "AAAA"}]},
        {"keys": [{"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"}]},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        {"keys": [ECKey.generate_key("P-384").as_dict(private=False)]},
        {"keys": [BANK_KEY.as_dict(private=True)]},
        {"keys": [BANK_KEY.as_dict(private=False)] * 9},
        {"keys": [ECKey.generate_key("P-256").as_dict(private=False) | {"kid": "one"} for _ in range(2)]},
        {"keys": [BANK_KEY.as_dict(private=False) | {"kid": ["one"]}]},
        {"keys": [BANK_KEY.as_dict(private=False) | {"use": "enc"}]},
        {"keys": [BANK_KEY.as_dict(private=False) | {"alg": "ES384"}]},
    ],
)
async def test_keys_that_can_verify_nothing_are_not_registered(window: Process, jwks: dict[str, Any]) -> None:
    bank = {"kind": "bank", "name": "银行", "organisation_id": encode_id("org", new_id())}
    async with window.as_("person:operator-1", "operator") as operator:
        refused = await operator.post("/v1/window/clients", json=bank | {"jwks": jwks})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/jwks")
        good = {"keys": [BANK_KEY.as_dict(private=False) | {"zz": 1.5, "deep": [[[]]]}]}
        assert (await operator.post("/v1/window/clients", json=bank | {"jwks": good})).status_code == 201


async def test_an_access_token_is_exchanged_for_an_identity_and_dies_with_its_client(window: Process) -> None:
    client_id, secret = await portal_of(window)
    token = (await ask(window, client_id=client_id, client_secret=secret, scope="cases:open")).json()["access_token"]
    async with window.as_("workload:proxy", "workload") as proxy:
        body = {"access_token": token, "audience": "funds"}
        answer = await proxy.post("/internal/identities", json=body)
        claims = jwt.decode(answer.json()["identity"], window.app.state.signing_keys.signing).claims
        assert (claims["aud"], claims["sub"], claims["scopes"]) == ("funds", client_id, ["cases:open"])
        async with window.as_("person:operator-1", "operator") as operator:
            assert (await operator.post(f"/v1/window/clients/{client_id}/disable")).json()["active"] is False
        assert (await proxy.post("/internal/identities", json=body)).status_code == 401
    async with window.as_("portal-x", "portal") as portal:
        assert (await portal.post("/internal/identities", json=body)).status_code == 403


async def test_a_workload_gets_an_identity_that_names_the_original_actor(window: Process, folder: Path) -> None:
    key = load_key(folder / "proxy.pem")
    signed = client_assertion(key, client_id="workload:proxy", audience=ISSUER)
    actor = window.signer.token("vouchers", "person:officer-1", roles=["officer"])
    form = {
        "client_assertion": signed,
        "client_assertion_type": ASSERTION_TYPE,
        "resource": "funds",
        "actor_token": actor,
    }
    answer = await ask(window, **form)
    claims = jwt.decode(answer.json()["access_token"], window.app.state.signing_keys.signing).claims
    assert (claims["aud"], claims["sub"], claims["scopes"]) == ("funds", "workload:proxy", ["internal"])
    assert claims["act"] == {"sub": "person:officer-1"}
    assert (await ask(window, **form)).status_code == 401
    fresh = client_assertion(key, client_id="workload:funds", audience=ISSUER)
    assert (await ask(window, **form | {"client_assertion": fresh})).status_code == 401


async def test_a_client_comes_back_with_what_it_had_and_each_change_is_told(window: Process) -> None:
    organisation = new_id()
    bank = {"kind": "bank", "name": "银行", "organisation_id": encode_id("org", organisation)}
    keys = {"jwks": KeySet([BANK_KEY]).as_dict(private=False)}
    async with window.as_("person:operator-1", "operator") as operator:
        client_id = (await operator.post("/v1/window/clients", json=bank | keys)).json()["client_id"]
        at, answers = f"/v1/window/clients/{client_id}", []
        for step in ("disable", "disable", "enable"):
            assert (await operator.post(f"{at}/{step}")).json()["active"] is (step == "enable")
            answers.append((await present(window, assertion(client_id))).status_code)
        await operator.put(f"{at}/keys", json=keys)
    assert answers == [401, 401, 200]
    told = select(FeedEntry).where(FeedEntry.data["client_id"].astext == client_id).order_by(FeedEntry.seq)
    async with window.app.state.sessions() as session:
        lines = list(await session.scalars(told))
    assert [line.data["outcome"] for line in lines] == ["registered", "disabled", "enabled", "keys_replaced"]
    assert {(line.actor, *line.organisations) for line in lines} == {("person:operator-1", organisation)}
    assert words_of(lines[0].type, lines[0].data)[1] == "A program was registered"


async def test_two_secrets_live_at_once_and_each_can_be_revoked(window: Process) -> None:
    client_id, first = await portal_of(window)
    async with window.as_("person:operator-1", "operator") as operator:
        where = f"/v1/window/clients/{client_id}/secrets"
        second = (await operator.post(where)).json()["secret"]
        assert (await operator.post(where)).json()["code"] == "two_secrets_already"
        for secret in (first, second):
            assert (await ask(window, client_id=client_id, client_secret=secret)).status_code == 200
        lines = (await operator.get(where)).json()
        assert all(line["last_used_at"] for line in lines)
        assert (await operator.delete(f"{where}/{lines[0]['id']}")).status_code == 204
    assert (await ask(window, client_id=client_id, client_secret=first)).status_code == 401
    assert (await ask(window, client_id=client_id, client_secret=second)).status_code == 200


async def test_another_citys_client_does_not_exist(window: Process) -> None:
    client_id, _ = await portal_of(window)
    async with window.as_("person:operator-9", "operator", city="420100") as stranger:
        assert (await stranger.post(f"/v1/window/clients/{client_id}/disable")).status_code == 404


async def person_of(window: Process) -> dict[str, str]:
    account = f"officer-{new_id().hex[-8:]}@{XUZHOU}"
    async with window.app.state.sessions() as session, session.begin():
        password = await add_person(session, account=account, city_code=XUZHOU, roles=["officer"])
    return {"account": account, "password": password}


async def tries(window: Process, who: dict[str, str], *addresses: str, password: str = "") -> list[Any]:
    async with window.client() as person:
        body = who | {"password": password or "wrong"}
        return [
            await person.post("/v1/window/sign-in", json=body, headers={"X-Forwarded-For": address})
            for address in addresses
        ]


async def test_wrong_passwords_make_the_address_they_come_from_wait(window: Process) -> None:
    """Longer each time; an account there is not is waited for as well, so that nobody learns which there are."""
    who = await person_of(window)
    right = (await tries(window, who, "8.8.8.8", password=who["password"]))[0]
    assert "recognition:decide" in right.json()["scope"].split()
    over = clock.real_now() - LONGEST
    async with window.app.state.sessions() as session, session.begin():
        session.add(SignInPlace(account="tried-long-ago@320300", origin=STRANGERS, forget_at=over))
    for asked in (who, {"account": "nobody@320300"}):
        *wrong, waits = await tries(window, asked, *["8.8.8.8, 9.9.9.9"] * FREE_TRIES, "7.7.7.7, 9.9.9.9")
        assert {(one.status_code, one.json()["code"]) for one in wrong} == {(401, "sign_in_failed")}
        assert (waits.status_code, waits.json()["code"], waits.headers["retry-after"]) == (429, "account_locked", "1")
    waiting = update(SignInPlace).where(SignInPlace.failures == FREE_TRIES)
    async with window.app.state.sessions() as session, session.begin():
        await session.execute(waiting.values(failures=30, wait_until=clock.real_now()))
    again, waits = await tries(window, who, "9.9.9.9", "9.9.9.9")
    assert (again.status_code, waits.status_code) == (401, 429)
    assert LONGEST.total_seconds() - 5 <= int(waits.headers["retry-after"]) <= LONGEST.total_seconds()
    async with window.app.state.sessions() as session:
        assert await session.get(SignInPlace, ("tried-long-ago@320300", STRANGERS)) is None


async def test_who_waits_to_be_judged_keeps_nobody_from_the_database(
    window: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_the_pool = 10
    monkeypatch.setattr(turns, "WAITING_MAX", of_the_pool)
    taken = window.app.state.sign_in_turns
    client_id, secret = await portal_of(window)
    async with taken.turn(), taken.turn():
        names = [{"account": f"somebody-{number}@320300"} for number in range(of_the_pool)]
        waiting = [asyncio.create_task(tries(window, one, "9.9.9.9")) for one in names]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(3):
            assert (await ask(window, client_id=client_id, client_secret=secret)).status_code == 200
            (too_many,) = await tries(window, {"account": "one-more@320300"}, "9.9.9.9")
        assert not any(one.done() for one in waiting)
    assert (too_many.status_code, too_many.headers["retry-after"]) == (503, "1")
    assert {one.status_code for (one,) in await asyncio.gather(*waiting)} == {401}


async def test_nobody_elsewhere_keeps_a_person_out_where_she_signed_in_before(
    window: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 6
    monkeypatch.setattr(signing_in, "FREE_TRIES_OF_STRANGERS", free)
    who = await person_of(window)
    known, new = "8.8.8.8", "2001:db8::1"
    assert (await tries(window, who, known, password=who["password"]))[0].status_code == 200
    crowd = [f"9.9.9.{number}" for number in range(free + 1)]
    for asked in ({"account": "no.such.person@320300"}, who):
        *guesses, slowed = await tries(window, asked, *crowd)
        assert {one.status_code for one in guesses} == {401}
        assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1"), "many addresses are not many tries"
    stranger, at_home = await tries(window, who, new, known, password=who["password"])
    assert (stranger.status_code, at_home.status_code) == (429, 200)
    async with window.app.state.sessions() as session, session.begin():
        waits = SignInPlace.account == who["account"], SignInPlace.origin == STRANGERS
        await session.execute(update(SignInPlace).where(*waits).values(wait_until=None))
    same_network = "2001:db8::ffff:1"
    assert [one.status_code for one in await tries(window, who, new, same_network, password=who["password"])] == [
        200, 200,
    ]  # fmt: skip


async def test_what_is_published(window: Process) -> None:
    async with window.client() as anyone:
        keys = (await anyone.get("/.well-known/jwks.json")).json()["keys"]
        metadata = (await anyone.get("/.well-known/oauth-authorization-server")).json()
    assert [set(key) >= {"kty", "kid", "x", "y"} and "d" not in key for key in keys] == [True]
    assert metadata["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert "internal" not in metadata["scopes_supported"]
