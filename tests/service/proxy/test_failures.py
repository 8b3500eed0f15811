"""Processes that are dead, hang up, break off or answer nonsense."""

from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from gateway.proxy import app
from gateway.proxy.breaker import COUNT_MIN
from tests.service.proxy.asked import problem, raw, status_of
from tests.service.proxy.rig import Rig, running


def test_a_dead_service_is_503_and_retryable(client: httpx2.Client) -> None:
    for answer in (client.get("/v1/vouchers/echo"), client.post("/v1/vouchers/echo", json={})):
        assert problem(answer, 503, "unavailable")["retryable"] is True
        assert answer.headers["retry-after"]


def test_a_person_in_a_browser_is_refused_in_words_and_a_program_in_json(client: httpx2.Client) -> None:
    asked = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
    page = client.get("/portal/xuzhou?a=1", headers=asked | {"X-Request-Deadline": "1"})
    assert (page.status_code, page.headers["content-type"]) == (504, "text/html; charset=utf-8")
    assert "<h1>The deadline has passed</h1>" in page.text
    assert 'http-equiv="refresh"' in page.text
    problem(client.get("/portal/xuzhou", headers={"X-Request-Deadline": "1"}), 504, "deadline_exceeded")


@pytest.mark.parametrize(
    ("method", "headers", "requests", "retryable"),
    [
        ("GET", {}, 2, True),
        ("HEAD", {}, 2, True),
        ("POST", {}, 1, False),
        ("PUT", {}, 1, False),
        ("DELETE", {}, 1, False),
        ("POST", {"Idempotency-Key": "k-1"}, 2, True),
        ("PATCH", {"Idempotency-Key": "k-1"}, 1, False),  # no service keeps a key of these: a second sending is stale
        ("DELETE", {"Idempotency-Key": "k-1"}, 1, False),
    ],
)
def test_only_what_may_be_repeated_is_sent_again_and_only_once(
    client: httpx2.Client, rig: Rig, method: str, headers: dict[str, str], requests: int, retryable: bool
) -> None:
    rig.loser.requests, rig.loser.first_only = 0, False
    answer = client.request(method, f"/v1/funds/{method}{len(headers)}", headers=headers, content=b"")
    assert (answer.status_code, rig.loser.requests) == (503, requests)
    if method != "HEAD":
        assert problem(answer, 503, "unavailable")["retryable"] is retryable


def test_a_lost_keyed_write_succeeds_the_second_time(client: httpx2.Client, rig: Rig) -> None:
    rig.loser.requests, rig.loser.first_only = 0, True
    answer = client.post("/v1/funds/second", headers={"Idempotency-Key": "k-2"}, content=b"{}")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_lost_delete_is_not_repeated(client: httpx2.Client, rig: Rig) -> None:
    """On a connection that was used before, where HTTP clients like to repeat PUT and DELETE by themselves."""
    rig.loser.requests, rig.loser.first_only = 0, True
    assert client.get("/v1/funds/lost").status_code == 200
    rig.loser.first_only = False
    before = rig.loser.requests
    assert client.delete("/v1/funds/lost").status_code == 503
    assert rig.loser.requests <= before + 1


def test_an_answer_that_breaks_off_breaks_off(rig: Rig) -> None:
    token = rig.authorization()["Authorization"]
    answer = raw(rig.port, f"GET /v1/registry/cut HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n\r\n".encode())
    assert status_of(answer) == 200
    assert answer.endswith(b"half")
    assert b"content-length: 100" in answer


def test_a_service_whose_connections_break_is_left_alone_for_a_while(tmp_path: Path) -> None:
    with running(tmp_path) as rig, httpx2.Client(base_url=rig.base, headers=rig.authorization()) as client:
        answers = [client.post("/v1/funds/lost", content=b"{}") for _ in range(COUNT_MIN + 5)]
        assert {answer.status_code for answer in answers} == {503}
        assert rig.loser.requests == COUNT_MIN
        problem(answers[-1], 503, "unavailable")
        assert 0 < int(answers[-1].headers["retry-after"]) <= 5
        assert client.get("/v1/registry/echo").status_code == 200


def test_answers_of_a_service_never_open_the_breaker(client: httpx2.Client) -> None:
    """Not even server errors: whoever finds a request that is answered with one would close the route to everybody."""
    assert {client.get("/v1/registry/broken").status_code for _ in range(COUNT_MIN * 2)} == {500}


def test_refusals_of_a_service_never_open_the_breaker(client: httpx2.Client) -> None:
    assert {client.post("/v1/registry/problem").status_code for _ in range(COUNT_MIN * 2)} == {409}


def test_metrics_are_not_on_the_public_port(tmp_path: Path) -> None:
    with running(tmp_path, metrics_port=0) as rig:
        assert httpx2.get(f"{rig.base}/metrics").status_code == 404


def test_refusals_of_known_clients_are_logged_and_strangers_are_not(
    client: httpx2.Client, anonymous: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[tuple[int, str]] = []
    kept = SimpleNamespace(info=lambda _event, **facts: lines.append((facts["status"], facts["client"])))
    monkeypatch.setattr(app, "log", kept)
    for _ in range(20):
        client.post("/v1/registry/problem")
        anonymous.get("/v1/registry/echo")
    assert [line for line in lines if line[0] == 409] == [(409, "portal-7")] * 20
    assert sum(status == 401 for status, _ in lines) <= 1
