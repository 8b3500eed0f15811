"""People sign in at the city's identity provider: a real one on a socket, and a browser's way there and back."""

import asyncio
import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import func, select

from devtools.databases import Database
from gateway.window.identity import people
from gateway.window.identity.models import Person, SignInPlace
from gateway.window.identity.pauses import LONGEST, STRANGERS
from gateway.window.signin import client as provider_client
from gateway.window.signin.models import PersonSubject, SignInAttempt, SignInCode
from gateway.window.signin.queries import live_city
from kernel import clock, commands
from tests.builders.identity_provider import SECRET, IdentityProvider, a_key
from tests.builders.processes import Process
from tests.service.proxy.rig import Servers
from tests.service.window.rig import the_window

pytestmark = pytest.mark.anyio
CITY, ACCOUNT, SUBJECT = "320300", "k0123@320300", "sub-k0123"
PAGE, WUHAN = "/portal/xuzhou/sign-in", "/portal/wuhan/sign-in"  # in Wuhan no password counts
FRONT_END = "https://work.wuhan.example/back?from=window"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def served() -> Iterator[IdentityProvider]:
    provider, servers = IdentityProvider(), Servers()
    provider.issuer = f"http://127.0.0.1:{servers.app(provider)}"
    yield provider
    servers.close()


@pytest.fixture
def provider(served: IdentityProvider, window: Process) -> IdentityProvider:
    """As it should be, and met for the first time."""
    served.subject, served.claims, served.wrong, served.error, served.key = SUBJECT, {}, {}, None, a_key()
    served.discovery = {}
    for client in window.app.state.provider_clients.values():
        client.__init__(client._http, client.provider)
    served.asked.clear()
    return served


@pytest.fixture(scope="module")
async def window(
    served: IdentityProvider, database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    folder = tmp_path_factory.mktemp("window")
    of_a_city(folder, CITY, served)
    of_a_city(folder, "420100", served, embedded_accounts=False, return_to=FRONT_END)
    async with the_window(database("window"), folder, identity_providers_dir=folder) as process:
        await said(process, people.add, name="k0123", city=CITY, role="operator")
        await said(process, people.add, name="w0001", city="420100", role="auditor")
        providers = process.app.state.identity_providers
        await said(process, people.link, providers=providers, account=ACCOUNT, subject=SUBJECT)
        await said(process, people.link, providers=providers, account="w0001@420100", subject=SUBJECT)
        yield process


def of_a_city(folder: Path, city: str, served: IdentityProvider, **more: Any) -> None:
    told = {
        "issuer": served.issuer, "client_id": f"zct-{city}", "client_secret_file": "shared.secret",
        "button_zh": "统一身份认证登录", "button_en": "Sign in with City ID",
    } | more  # fmt: skip
    (folder / f"{city}.yaml").write_text(json.dumps(told), encoding="utf-8")
    (folder / "shared.secret").write_text(f"{SECRET}\n", encoding="utf-8")


async def said(window: Process, command: Callable[..., AsyncIterator[str]], **arguments: Any) -> list[str]:
    async with window.app.state.sessions() as session, session.begin():
        return [line async for line in command(session, **arguments)]


def a_browser(window: Process, language: str = "zh-CN") -> httpx2.AsyncClient:
    return window.client(Accept="text/html", **{"Accept-Language": language})


async def there_and_back(browser: httpx2.AsyncClient, page: str = PAGE, **query: str) -> str:
    """To the provider; answers the address on the way back, not yet opened."""
    away = await browser.get(f"{page}/provider", params=query)
    assert away.status_code == 303, away.text
    async with httpx2.AsyncClient(trust_env=False) as http:
        back = (await http.get(away.headers["location"])).headers["location"]
    assert back.startswith(f"http://window.test{page}/callback?")
    return back.removeprefix("http://window.test")


async def signed_in(browser: httpx2.AsyncClient, page: str = PAGE, **query: str) -> httpx2.Response:
    return await browser.get(await there_and_back(browser, page, **query))


def token_on(page: httpx2.Response) -> str:
    (token,) = re.findall(r"<code>(eyJ[\w.-]+)</code>", page.text)
    return str(token)


async def count(window: Process, model: type[Any]) -> int:
    async with window.app.state.sessions() as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


async def test_who_is_linked_signs_in_and_has_what_the_account_has(window: Process, provider: IdentityProvider) -> None:
    provider.claims = {"roles": ["platform"], "email": "k@example.cn", "aud": [f"zct-{CITY}"]}
    before = [await count(window, one) for one in (Person, PersonSubject)]
    async with a_browser(window) as browser:
        door = await browser.get(PAGE)
        assert ">统一身份认证登录</a>" in door.text
        assert 'type="password"' in door.text
        away = await browser.get(f"{PAGE}/provider?return_to=https://evil.example&next=//evil.example")
        asked = {name: value for name, (value,) in parse_qs(urlsplit(away.headers["location"]).query).items()}
        assert asked.pop("redirect_uri") == f"http://window.test{PAGE}/callback"
        assert {asked.pop(name) != "" for name in ("state", "nonce", "code_challenge")} == {True}
        assert asked == {
            "tenant": "1", "response_type": "code", "client_id": f"zct-{CITY}", "scope": "openid",
            "code_challenge_method": "S256", "ui_locales": "zh-CN",
        }  # fmt: skip
        assert re.search(r"sign-in=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax", away.headers["set-cookie"])
        back = await there_and_back(browser)
        page, again = sorted(
            await asyncio.gather(browser.get(back), browser.get(back)), key=lambda one: one.status_code
        )
    assert (page.status_code, page.headers["cache-control"], page.headers["referrer-policy"]) == (
        200, "no-store", "no-referrer",
    )  # fmt: skip
    assert ACCOUNT in page.text
    assert "运营管理员" in page.text
    assert (again.status_code, "这次登录已完成或已失效" in again.text) == (400, True)
    claims = await window.app.state.verify_access(token_on(page))
    assert (claims["sub"], claims["city"]) == (f"person:{ACCOUNT}", CITY)
    assert "clients:manage" in claims["scope"].split()
    assert [await count(window, one) for one in (Person, PersonSubject)] == before


async def test_it_is_the_same_session_a_password_gives(window: Process, provider: IdentityProvider) -> None:
    (line,) = await said(window, people.renew, account=ACCOUNT)
    form = {"account": ACCOUNT, "password": line.rpartition(" ")[2]}
    async with a_browser(window) as browser:
        by_password = await browser.post(PAGE, data=form)
        by_provider = await signed_in(browser)
        wrong = await browser.post(f"{PAGE}?lang=en", data=form | {"password": "wrong"})
        elsewhere = await browser.post("/portal/zhuzhou/sign-in", data=form)
        too_long = await browser.post(PAGE, data=form | {"account": "k" * 101 + f"@{CITY}"})
    both = [await window.app.state.verify_access(token_on(page)) for page in (by_password, by_provider)]
    assert both[0]["scope"] == both[1]["scope"]
    assert (wrong.status_code, elsewhere.status_code, too_long.status_code) == (401, 401, 401)
    assert "Account or password is wrong" in wrong.text
    assert ACCOUNT not in wrong.text


async def test_only_the_browser_that_began_comes_back_and_only_to_its_city(
    window: Process, provider: IdentityProvider
) -> None:
    async with a_browser(window) as browser, a_browser(window, "en") as other:
        back = await there_and_back(browser)
        await there_and_back(other)  # has a cookie of its own
        stolen = await other.get(back)
        assert (stolen.status_code, "This sign-in is over" in stolen.text) == (400, True)
        assert (await browser.get(back.replace("xuzhou", "wuhan"))).status_code == 400
        assert (await browser.get(f"{PAGE}/callback?code=x&state=made-up")).status_code == 400
        assert (await browser.get(f"{PAGE}/callback")).status_code == 400
        assert (await browser.get(back)).status_code == 200, "what others tried did not end it"
        for nowhere in ("/portal/zhuzhou/sign-in/provider", "/portal/zhuzhou/sign-in/callback", "/portal/x/sign-in"):
            assert (await browser.get(nowhere)).status_code == 404


async def test_at_https_the_cookie_is_one_no_neighbour_can_set(
    window: Process, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    https = window.app.state.settings.model_copy(update={"public_url": "https://window.test"})
    monkeypatch.setitem(window.app.state._state, "settings", https)
    async with a_browser(window) as browser, httpx2.AsyncClient(trust_env=False) as http:
        away = await browser.get(f"{PAGE}/provider")
        told = re.fullmatch(
            r"(__Host-sign-in=[\w-]{43}); HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure",
            away.headers["set-cookie"],
        )
        back = urlsplit((await http.get(away.headers["location"])).headers["location"])
        path = f"{back.path}?{back.query}"
        assert told
        plain = told[1].removeprefix("__Host-")
        assert [(await browser.get(path, headers={"Cookie": sent})).status_code for sent in (plain, told[1])] == [
            400,
            200,
        ]


async def test_an_attempt_ends_after_ten_minutes(window: Process, provider: IdentityProvider) -> None:
    sessions, ended = window.app.state.sessions, select(SignInAttempt)
    async with a_browser(window) as browser:
        await there_and_back(browser)
        back = await there_and_back(browser)
        async with sessions() as session, session.begin():
            for attempt in await session.scalars(ended):
                attempt.expires_at = clock.real_now()
        assert (await browser.get(back)).status_code == 400
        async with sessions() as elsewhere, elsewhere.begin(), asyncio.timeout(3):
            await elsewhere.execute(ended.with_for_update())
            await there_and_back(browser)  # what another removes is not waited for
        await there_and_back(browser)
    assert await count(window, SignInAttempt) == 2, "what ended is not kept"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("access_denied", 403, "The sign-in was not agreed to"),
        ("server_error", 503, "The identity provider does not answer"),
        ("<script>", 503, "The identity provider does not answer"),
    ],
)
async def test_what_the_provider_refuses_is_told_in_the_language_of_the_visit(
    window: Process, provider: IdentityProvider, error: str, status: int, words: str
) -> None:
    provider.error = error
    async with a_browser(window, "zh-CN") as browser:
        page = await signed_in(browser, lang="en")
    assert (page.status_code, words in page.text, "<script" in page.text) == (status, True, False)
    assert f'href="{PAGE}?lang=en"' in page.text, "the way back"


@pytest.mark.parametrize(
    ("wrong", "status", "cause"),
    [
        ({"claims": {"iss": "https://evil.example"}}, 403, "claim_iss"),
        ({"claims": {"nonce": "of another attempt"}}, 403, "claim_nonce"),
        ({"claims": {"exp": 1}}, 403, "claim_exp"),
        ({"wrong": {"/token": (400, b'{"error":"invalid_grant"}')}}, 403, "invalid_grant"),
        ({"wrong": {"/token": (401, b'{"error":"invalid_client"}')}}, 503, "token_endpoint"),
        ({"wrong": {"/token": (500, b"oops")}}, 503, "not_json"),
        ({"wrong": {"/token": (200, b"[]")}}, 503, "not_json"),
        ({"wrong": {"/token": (200, b"{}")}}, 503, "token_endpoint"),
        ({"wrong": {"/token": (200, b'{"id_token":"' + b"x" * 300_000 + b'"}')}}, 503, "too_large"),
        ({"wrong": {"/token": 5}}, 503, "deadline"),
        ({"wrong": {"/jwks": (200, b'{"keys":[]}')}}, 403, "key"),
        ({"wrong": {"/jwks": (302, b"{}")}}, 503, "status"),
    ],
)
async def test_what_is_no_good_answer_is_a_page_and_never_a_failure_of_ours(
    window: Process,
    provider: IdentityProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wrong: dict[str, Any],
    status: int,
    cause: str,
) -> None:
    async with a_browser(window) as browser:
        back = await there_and_back(browser)
        for name, value in wrong.items():
            setattr(provider, name, value)
        monkeypatch.setattr(provider_client, "SECONDS", 0.3)
        page = await browser.get(back)
    assert (page.status_code, "重新登录" in page.text) == (status, True)
    logged = "\n".join(str(record.msg) for record in caplog.records if record.name != "uvicorn.access")
    assert f"'cause': '{cause}'" in logged
    assert SUBJECT not in logged
    assert parse_qs(urlsplit(back).query)["code"][0] not in logged


@pytest.mark.parametrize("query", ["state=%00&code=%ff", "state=%ff&code=%c3%28", "state=" + "x" * 501])
async def test_an_address_no_provider_sends_people_to_is_a_page_too(window: Process, query: str) -> None:
    async with a_browser(window) as browser, window.client() as program:
        page = await browser.get(f"{PAGE}/callback?{query}")
        told = await program.get(f"{PAGE}/callback?{query}")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert told.headers["content-type"] == "application/problem+json"
    assert (page.status_code // 100, told.status_code) == (4, page.status_code)


async def test_a_code_that_comes_twice_is_refused_by_the_provider(window: Process, provider: IdentityProvider) -> None:
    async with a_browser(window) as browser:
        used = parse_qs(urlsplit(await there_and_back(browser)).query)["code"][0]
        provider._codes.pop(used)
        fresh = parse_qs(urlsplit(await there_and_back(browser)).query)
        answer = await browser.get(
            f"{PAGE}/callback", params={"code": used, "state": fresh["state"][0], "iss": provider.issuer}
        )
    assert (answer.status_code, "身份认证系统未能确认登录" in answer.text) == (403, True)


@pytest.mark.parametrize("issuer", [None, "https://other.example"])
async def test_an_answer_of_another_issuer_is_not_taken(
    window: Process, provider: IdentityProvider, issuer: str | None
) -> None:
    async with a_browser(window) as browser:
        sent = {name: value for name, (value,) in parse_qs(urlsplit(await there_and_back(browser)).query).items()}
        sent = {name: value for name, value in (sent | {"iss": issuer}).items() if value is not None}
        answer = await browser.get(f"{PAGE}/callback", params=sent)
    assert answer.status_code == 403
    assert "/token" not in provider.asked


async def test_a_provider_that_is_away_is_told_on_a_page_to_people_and_as_a_problem_to_programs(
    window: Process, provider: IdentityProvider
) -> None:
    provider.wrong = {"/.well-known/openid-configuration": (502, b"")}
    async with a_browser(window) as browser, window.client() as program:
        page = await browser.get(f"{PAGE}/provider")
        problem = await program.get(f"{PAGE}/provider")
        assert (await browser.get(PAGE)).status_code == 200, "with a password one still signs in"
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "身份认证系统暂时没有应答" in page.text
    assert problem.json()["code"] == "identity_provider_unavailable"


async def test_all_that_is_asked_for_one_request_has_one_time_limit(
    window: Process, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway waits for a page as long as for any: two waits in a row would look like a window that hangs."""
    slow: dict[str, Any] = {"/.well-known/openid-configuration": 0.2, "/token": 0.2}
    async with a_browser(window) as browser:
        back = await there_and_back(browser)
        monkeypatch.setattr(provider_client, "SECONDS", 0.3)
        for client in window.app.state.provider_clients.values():
            client.__init__(client._http, client.provider)
        provider.wrong = slow
        assert (await browser.get(back)).status_code == 503


async def test_documents_are_fetched_once_and_keys_again_for_a_new_one(
    window: Process, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_browser(window) as browser:
        assert [(await signed_in(browser)).status_code for _ in range(2)] == [200, 200]
        assert (provider.asked.count("/.well-known/openid-configuration"), provider.asked.count("/jwks")) == (1, 1)
        provider.key = a_key()
        assert (await signed_in(browser)).status_code == 403, "looked for moments ago"
        assert provider.asked.count("/jwks") == 1
        monkeypatch.setattr(provider_client, "PAUSE", provider_client.PAUSE * 0)
        assert (await signed_in(browser)).status_code == 200
        assert provider.asked.count("/jwks") == 2


async def test_a_provider_that_takes_no_basic_gets_the_secret_in_the_form(
    window: Process, provider: IdentityProvider
) -> None:
    provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    async with a_browser(window) as browser:
        assert (await signed_in(browser)).status_code == 200
        provider.discovery |= {"issuer": "https://evil.example"}
        for client in window.app.state.provider_clients.values():
            client.__init__(client._http, client.provider)
        assert (await browser.get(f"{PAGE}/provider")).status_code == 503


async def test_who_has_no_open_account_does_not_get_one(window: Process, provider: IdentityProvider) -> None:
    provider.subject = "sub-of-a-stranger"
    people_before = await count(window, Person)
    async with a_browser(window) as browser:
        stranger = await signed_in(browser)
        provider.subject = SUBJECT
        await said(window, people.disable, account=ACCOUNT)
        left = await signed_in(browser)
        await said(window, people.renew, account=ACCOUNT)
        async with window.app.state.sessions() as session, session.begin():
            until = clock.real_now() + LONGEST
            session.add(SignInPlace(account=ACCOUNT, origin=STRANGERS, wait_until=until, forget_at=until))
        assert (await signed_in(browser)).status_code == 200, "wrong passwords of others keep nobody out here"
        async with window.app.state.sessions() as session, session.begin():
            (await session.get_one(PersonSubject, ACCOUNT)).issuer = "https://before.example"
        moved = await signed_in(browser)
        async with window.app.state.sessions() as session, session.begin():
            (await session.get_one(PersonSubject, ACCOUNT)).issuer = provider.issuer
    assert [answer.status_code for answer in (stranger, left, moved)] == [403, 403, 403]
    assert "没有与您关联的有效账号" in stranger.text
    assert "sub-of" not in stranger.text
    assert await count(window, Person) == people_before


async def test_a_city_without_passwords_takes_none(window: Process, provider: IdentityProvider) -> None:
    async with a_browser(window) as browser, window.client() as program:
        assert 'type="password"' not in (await browser.get(WUHAN)).text
        form = {"account": "w0001@420100", "password": "whatever it is"}
        page = await browser.post(WUHAN, data=form)
        for account in ("w0001@420100", "nobody@420100"):
            known = await program.post("/v1/window/sign-in", json=form | {"account": account})
            assert (known.status_code, known.json()["code"]) == (403, "signs_in_at_provider")
        change = form | {"new_password": "another one 123"}
        changed = await program.post("/v1/window/sign-in/password", json=change)
        assert (await signed_in(browser, WUHAN)).status_code == 200
    assert (page.status_code, "本市已停用密码登录" in page.text) == (403, True)
    assert changed.json()["code"] == "signs_in_at_provider"


async def test_a_front_end_exchanges_a_code_once_and_only_its_own(window: Process, provider: IdentityProvider) -> None:
    async with a_browser(window) as browser, window.client() as front_end:
        door = await browser.get(WUHAN, params={"challenge": CHALLENGE})
        assert f"/provider?lang=zh&amp;challenge={CHALLENGE}" in door.text
        assert "form-action 'self' https://work.wuhan.example;" in door.headers["content-security-policy"]

        async def handed_over() -> str:
            back = await signed_in(browser, WUHAN, challenge=CHALLENGE, return_to="https://evil.example")
            address, _, code = back.headers["location"].rpartition("&code=")
            assert (back.status_code, address) == (303, FRONT_END)
            return code

        async def exchanged(code: str, verifier: str = VERIFIER) -> httpx2.Response:
            return await front_end.post("/v1/window/sign-in/code", json={"code": code, "verifier": verifier})

        code = await handed_over()
        token, again = await exchanged(code), await exchanged(code)
        claims = await window.app.state.verify_access(token.json()["access_token"])
        assert (claims["sub"], again.status_code) == ("person:w0001@420100", 401)
        guessed = await handed_over()
        tries = [await exchanged(guessed, "w" * 43), await exchanged(guessed)]
        left = await handed_over()
        await said(window, people.disable, account="w0001@420100")
        tries.append(await exchanged(left))
        await said(window, people.renew, account="w0001@420100")
        tries.append(await exchanged(left))
        assert [answer.json()["code"] for answer in tries] == ["sign_in_code_refused"] * 4
        late = await handed_over()
        async with window.app.state.sessions() as session, session.begin():
            for row in await session.scalars(select(SignInCode)):
                row.expires_at = clock.real_now()
        assert (await exchanged(late)).status_code == 401
        for nowhere in (PAGE, f"{PAGE}/provider"):
            page = await browser.get(nowhere, params={"challenge": CHALLENGE})
            assert (page.status_code, "本市未登记登录后返回的页面" in page.text) == (400, True)


async def test_without_a_provider_there_are_accounts_as_ever(window: Process) -> None:
    async with a_browser(window, "en") as browser:
        door = await browser.get("/portal/zhuzhou/sign-in")
    assert 'type="password"' in door.text
    assert "/sign-in/provider" not in door.text
    assert "<script" not in door.text


async def test_a_sandbox_of_a_pack_is_nobodys_door(window: Process) -> None:
    async with window.app.state.sessions() as session:  # rolled back
        city = await live_city(session, "jiaxing")
        assert city is not None
        assert city.city_code == "330400"
        city.is_sandbox = True
        await session.flush()
        assert await live_city(session, "jiaxing") is None


async def test_linking_is_one_subject_to_one_account(window: Process) -> None:
    providers = window.app.state.identity_providers
    await said(window, people.add, name="k0456", city=CITY, role="officer")
    await said(window, people.add, name="z0001", city="430200", role="officer")
    for account, subject, why in (
        (ACCOUNT, "another", "linked already"),
        ("k0456@320300", SUBJECT, ACCOUNT),
        ("k0456@320300", "张三", "printable ASCII"),
        ("z0001@430200", "sub-z", "no identity provider"),
        ("nobody@320300", "sub-n", "no account"),
    ):
        with pytest.raises(commands.Refused, match=why):
            await said(window, people.link, providers=providers, account=account, subject=subject)
    await said(window, people.link, providers=providers, account="k0456@320300", subject="sub-k0456")
    assert "k0456@320300: officer, active, linked" in await said(window, people.show)
    await said(window, people.unlink, account="k0456@320300")
    assert "k0456@320300: officer, active" in await said(window, people.show)
