"""Who may pass, and how often."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import http_sf
import httpx2
import pytest

from tests.service.proxy.asked import problem
from tests.service.proxy.rig import ISSUER, Rig, new_key, now, running, unsigned

CLAIMS = {"iss": ISSUER, "aud": ISSUER, "sub": "x", "client_id": "x", "exp": now() + 300}


def test_without_a_token_it_is_401_and_says_how(anonymous: httpx2.Client, rig: Rig) -> None:
    answer = anonymous.get("/v1/registry/echo")
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_problems_speak_the_callers_language(anonymous: httpx2.Client) -> None:
    chinese = anonymous.get("/v1/registry/echo")
    english = anonymous.get("/v1/registry/echo", headers={"Accept-Language": "en"})
    assert (chinese.headers["content-language"], english.headers["content-language"]) == ("zh-CN", "en")
    assert chinese.json()["title"] != english.json()["title"]


def forged(rig: Rig) -> dict[str, str]:
    window = rig.window
    stranger = new_key()
    return {
        "expired": window.access_token(exp=now() - 10),
        "no end": window.access_token(exp=None),
        "other issuer": window.access_token(iss="https://evil.example"),
        "other audience": window.access_token(aud="registry"),
        "an identity, not an access token": window.identity("portal-7", "registry"),
        "unknown key": window.access_token(key=stranger),
        "unknown key under our key id": window.access_token(key=stranger, header={"kid": window.key.kid}),
        "unsigned": unsigned(CLAIMS, {"alg": "none", "typ": "at+jwt", "kid": window.key.kid}),
        "changed": window.access_token()[:-6] + "AAAAAA",
        "garbage": "garbage",
    }


def test_no_forged_token_passes(anonymous: httpx2.Client, rig: Rig) -> None:
    before = len(rig.upstream.seen)
    for case, token in forged(rig).items():
        answer = anonymous.get("/v1/registry/echo", headers={"Authorization": f"Bearer {token}"})
        problem(answer, 401, "invalid_token")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], case
        assert token not in answer.text
    assert len(rig.upstream.seen) == before


def test_a_forged_token_does_not_pass_as_an_optional_one(anonymous: httpx2.Client) -> None:
    feed = "/v1/events/calendar.ics"
    assert anonymous.get(feed).status_code == 200
    problem(anonymous.get(feed, headers={"Authorization": "Bearer x"}), 401, "invalid_token")


def test_one_exchange_serves_many_requests_of_a_minute(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        rig.window.exchange_seconds = 0.1
        headers = rig.authorization()

        def ask(path: str) -> int:
            return httpx2.get(rig.base + path, headers=headers).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(ask, ["/v1/registry/echo"] * 16)) == {200}
        assert rig.window.exchanges == 1
        ask("/v1/events/echo")
        assert rig.window.exchanges == 2


def test_an_identity_is_asked_for_once_the_body_is_there(tmp_path: Path) -> None:
    """It lives for a minute, and a body may be two on its way: the service would refuse who is known."""
    with running(tmp_path) as rig, socket.create_connection(("127.0.0.1", rig.port), timeout=5) as connection:
        token = rig.authorization()["Authorization"]
        head = f"POST /v1/registry/statements HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n"
        connection.sendall(f"{head}content-length: 8\r\n\r\nhalf".encode())
        time.sleep(0.3)
        assert rig.window.exchanges == 0
        connection.sendall(b"half")
        assert connection.recv(1_000).startswith(b"HTTP/1.1 200")
        assert rig.window.exchanges == 1


def test_a_forward_proxy_of_the_environment_is_not_shown_our_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    for exception in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(exception, raising=False)
    with running(tmp_path) as rig:
        answer = httpx2.get(f"{rig.base}/v1/registry/echo", headers=rig.authorization(), trust_env=False)
    assert answer.status_code == 200


def test_a_revoked_token_is_401_and_the_window_is_not_asked_each_time(anonymous: httpx2.Client, rig: Rig) -> None:
    token = rig.window.access_token(sub="revoked")
    rig.window.revoked.add(token)
    before = rig.window.exchanges
    for _ in range(3):
        answer = anonymous.get("/v1/registry/echo", headers={"Authorization": f"Bearer {token}"})
        problem(answer, 401, "invalid_token")
    assert rig.window.exchanges == before + 1


def test_a_new_signing_key_is_taken_up_without_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        assert httpx2.get(f"{rig.base}/v1/registry/echo", headers=rig.authorization()).status_code == 200
        rig.window.rotate()
        assert httpx2.get(f"{rig.base}/v1/registry/echo", headers=rig.authorization()).status_code == 200


def test_without_the_window_it_is_503_and_not_ready_until_it_is_back(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        rig.window.failing = True
        answer = httpx2.get(f"{rig.base}/v1/registry/echo", headers=rig.authorization())
        assert problem(answer, 503, "unavailable")["retryable"] is True
        assert answer.headers["retry-after"]
        problem(httpx2.get(f"{rig.base}/readyz"), 503, "unavailable")
        assert httpx2.get(f"{rig.base}/livez").status_code == 200


def test_every_answer_says_what_is_left(client: httpx2.Client, anonymous: httpx2.Client) -> None:
    for answer, name in [
        (client.get("/v1/registry/echo"), "client"),
        (client.post("/v1/registry/problem"), "client"),
        (anonymous.get("/docs"), "anonymous"),
        (anonymous.get("/v1/registry/echo"), "anonymous"),
        (anonymous.get("/nowhere"), "anonymous"),
    ]:
        policy = http_sf.parse(answer.headers["ratelimit-policy"].encode(), tltype="list")
        standing = http_sf.parse(answer.headers["ratelimit"].encode(), tltype="list")
        assert (policy[0][0], standing[0][0]) == (name, name)  # type: ignore[index]
        assert 0 < standing[0][1]["r"] < policy[0][1]["q"]  # type: ignore[index]


def test_too_many_requests_are_429_by_client_and_by_cost(tmp_path: Path) -> None:
    with running(tmp_path, client_quota=12, anonymous_quota=50) as rig, httpx2.Client(base_url=rig.base) as http:
        bank, portal = rig.authorization(client_id="bank"), rig.authorization(client_id="portal")
        writes = [http.post("/v1/registry/echo", headers=bank).status_code for _ in range(3)]
        assert writes == [200, 200, 429]
        refused = http.post("/v1/registry/echo", headers=bank)
        assert problem(refused, 429, "too_many_requests")["retryable"] is True
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert http.get("/v1/registry/echo", headers=bank).status_code == 200
        assert http.post("/v1/registry/echo", headers=portal).status_code == 200


def test_forged_tokens_are_paid_for_by_the_address_that_sends_them(tmp_path: Path) -> None:
    with running(tmp_path, anonymous_quota=5) as rig, httpx2.Client(base_url=rig.base) as http:
        good = rig.authorization()
        assert http.get("/v1/registry/echo", headers=good).status_code == 200
        forged_statuses = [
            http.get("/v1/registry/echo", headers={"Authorization": f"Bearer {number}"}).status_code
            for number in range(6)
        ]
        assert forged_statuses == [401] * 4 + [429] * 2
        assert http.get("/v1/registry/echo", headers=good).status_code == 200


@pytest.mark.parametrize("path", ["/livez", "/version"])
def test_probes_are_free(tmp_path: Path, path: str) -> None:
    with running(tmp_path, anonymous_quota=1) as rig:
        assert [httpx2.get(rig.base + path).status_code for _ in range(3)] == [200] * 3
