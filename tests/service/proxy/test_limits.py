"""Bodies, heads and time are bounded whatever a client announces."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from gateway.proxy.breaker import COUNT_MIN
from gateway.proxy.paths import PATH_BYTES_MAX
from tests.service.proxy.asked import problem, raw, status_of
from tests.service.proxy.rig import Rig, now, running

MIB = 1_048_576


def parts(count: int) -> Iterator[bytes]:
    return (b"x" * 65_536 for _ in range(count))


def test_a_body_that_announces_too_much_is_413(client: httpx2.Client, rig: Rig) -> None:
    before = len(rig.upstream.seen)
    document = problem(client.post("/v1/registry/echo", content=b"x" * 10 * MIB), 413, "too_large")
    assert document["limit_bytes"] == MIB
    assert len(rig.upstream.seen) == before


def test_a_chunked_body_without_end_is_413(client: httpx2.Client, rig: Rig) -> None:
    before = len(rig.upstream.seen)
    problem(client.post("/v1/registry/echo", content=parts(160)), 413, "too_large")
    assert len(rig.upstream.seen) == before


def test_uploads_that_clients_spoil_do_not_count_against_the_service(client: httpx2.Client, rig: Rig) -> None:
    token = rig.authorization()["Authorization"]
    path = "/v1/registry/statements"
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\ncontent-length: 100\r\n\r\nhalf".encode()
    with ThreadPoolExecutor(COUNT_MIN + 5) as pool:
        answers = list(pool.map(raw, [rig.port] * (COUNT_MIN + 5), [head] * (COUNT_MIN + 5)))
    assert {status_of(answer) for answer in answers} == {408}
    assert client.post(path, content=b"x").status_code == 200


def test_a_refused_announcement_waits_for_no_body(rig: Rig) -> None:
    token = rig.authorization()["Authorization"]
    head = f"POST /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\nexpect: 100-continue\r\n"
    answer = raw(rig.port, f"{head}content-length: 99999999\r\n\r\n".encode())
    assert status_of(answer) == 413
    assert b"100 Continue" not in answer


def test_bodies_on_their_way_fill_neither_the_memory_nor_another_clients_share(tmp_path: Path) -> None:
    with running(tmp_path, bodies_held=250_000, bodies_held_each=150_000) as rig, ExitStack() as slow:

        def send(client: str, status: int, size: int = 100_000) -> httpx2.Response:
            """Until it is answered so: what another connection sent may still be on its way."""
            headers = rig.authorization(sub=client, client_id=client)
            for _ in range(100):
                answer = httpx2.post(f"{rig.base}/v1/registry/echo", content=b"x" * size, headers=headers)
                if answer.status_code == status:
                    break
                time.sleep(0.05)
            return answer

        def hold(client: str) -> None:
            token = rig.authorization(sub=client, client_id=client)["Authorization"]
            head = f"POST /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n"
            connection = slow.enter_context(socket.create_connection(("127.0.0.1", rig.port)))
            connection.sendall(f"{head}content-length: 100001\r\n\r\n".encode() + b"x" * 100_000)

        hold("slow")
        assert problem(send("slow", 429), 429, "too_many_requests")["retryable"] is True
        assert send("another", 200).status_code == 200
        hold("another")
        problem(send("third", 503), 503, "unavailable")
        assert send("third", 200, size=1_000).status_code == 200
        slow.close()
        assert [send(client, 200).status_code for client in ("slow", "another", "third")] == [200] * 3


def test_a_slow_body_is_408_and_no_service_is_kept_waiting(rig: Rig) -> None:
    token = rig.authorization()["Authorization"]
    before = len(rig.upstream.seen)
    started = time.monotonic()
    head = f"POST /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\ncontent-length: 100\r\n\r\nhalf"
    answer = raw(rig.port, head.encode())
    assert status_of(answer) == 408
    assert b"connection: close" in answer
    assert time.monotonic() - started < 3
    assert len(rig.upstream.seen) == before


def test_a_refusal_reaches_a_client_that_sends_first_and_reads_later(anonymous: httpx2.Client) -> None:
    problem(anonymous.post("/v1/registry/echo", content=parts(160)), 401, "unauthenticated")


@pytest.mark.parametrize(
    "head", [b"x-big: " + b"a" * 40_000, b"\r\n".join(b"x-%d: %s" % (n, b"a" * 90) for n in range(400))]
)
def test_a_large_head_is_431(rig: Rig, head: bytes) -> None:
    answer = raw(rig.port, b"GET /livez HTTP/1.1\r\nhost: x\r\n" + head + b"\r\n\r\n")
    assert status_of(answer) == 431
    assert b'"code": "head_too_large"' in answer


def test_a_path_longer_than_any_that_leads_somewhere_is_404(anonymous: httpx2.Client) -> None:
    problem(anonymous.get("/v1/registry/" + "a" * PATH_BYTES_MAX), 404, "not_found")


def test_a_head_without_end_is_cut_off(rig: Rig) -> None:
    with socket.create_connection(("127.0.0.1", rig.port), timeout=5) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nx-big: ")
        sent = 0
        answer = b""
        connection.settimeout(0.02)
        while not answer and sent < 100:
            connection.sendall(b"a" * 8_192)
            sent += 1
            try:
                answer = connection.recv(1_000)
            except TimeoutError:
                continue
    assert status_of(answer) == 431
    assert sent * 8_192 < 1_000_000


def test_a_connection_that_never_says_what_it_wants_is_closed(rig: Rig) -> None:
    started = time.monotonic()
    assert raw(rig.port, b"GET /livez HTTP/1.1\r\n", seconds=5) == b""
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"GET /caf\xe9 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /oauth/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_the_parser_refuses_is_a_problem_too(rig: Rig, request_bytes: bytes) -> None:
    answer = raw(rig.port, request_bytes, seconds=2)
    assert status_of(answer) in {400, 404, 405}
    assert b"application/problem+json" in answer


def test_the_deadline_of_the_caller_is_kept(client: httpx2.Client, rig: Rig) -> None:
    rig.upstream.abandoned.clear()
    started = time.monotonic()
    deadline = {"X-Request-Deadline": str(now() * 1_000 + 1_500)}
    assert problem(client.get("/v1/registry/hang", headers=deadline), 504, "deadline_exceeded")["retryable"] is True
    assert time.monotonic() - started < 3
    assert rig.upstream.abandoned.wait(3)


def test_a_write_that_ran_out_of_time_is_not_called_retryable(client: httpx2.Client) -> None:
    deadline = {"X-Request-Deadline": str(now() * 1_000 + 1_200)}
    unkeyed = client.post("/v1/registry/hang", headers=deadline)
    assert problem(unkeyed, 504, "deadline_exceeded")["retryable"] is False


def test_a_deadline_in_the_past_asks_nobody(client: httpx2.Client, rig: Rig) -> None:
    before = len(rig.upstream.seen)
    problem(client.get("/v1/registry/echo", headers={"X-Request-Deadline": "1000"}), 504, "deadline_exceeded")
    assert len(rig.upstream.seen) == before


def test_a_client_that_leaves_ends_the_work_behind(rig: Rig) -> None:
    rig.upstream.abandoned.clear()
    token = rig.authorization()["Authorization"]
    with socket.create_connection(("127.0.0.1", rig.port)) as connection:
        connection.sendall(f"GET /v1/registry/hang HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n\r\n".encode())
        time.sleep(0.3)
        assert not rig.upstream.abandoned.is_set()
    assert rig.upstream.abandoned.wait(3)


def test_more_than_can_be_answered_at_once_is_503(tmp_path: Path) -> None:
    with running(tmp_path, in_flight_max=1) as rig:
        headers = rig.authorization()
        with socket.create_connection(("127.0.0.1", rig.port)) as connection:
            token = headers["Authorization"]
            connection.sendall(f"GET /v1/registry/hang HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n\r\n".encode())
            time.sleep(0.3)
            answer = httpx2.get(f"{rig.base}/v1/registry/echo", headers=headers)
            assert problem(answer, 503, "unavailable")["retryable"] is True


CHUNKED = "POST /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ntransfer-encoding: chunked\r\n\r\n"
JSON = "content-type: application/json\r\n"


def chunked(rig: Rig, more: str) -> bytes:
    return (CHUNKED.format(rig.authorization()["Authorization"]) + more).encode()


@pytest.mark.parametrize("line", ["a:b\r\n", "b" * 5, "1;x=" + "y" * 20])
def test_trailers_and_chunk_extensions_without_end_are_refused(rig: Rig, line: str) -> None:
    before = len(rig.upstream.seen)
    with socket.create_connection(("127.0.0.1", rig.port), timeout=5) as connection:
        connection.sendall(chunked(rig, "" if line.startswith("1;") else "0\r\n" if ":" in line else "0\r\na:"))
        time.sleep(0.2)
        connection.sendall((line * 10_000)[:40_000].encode())
        answer = connection.recv(65_536)
    assert (status_of(answer), b"head_too_large" in answer) == (431, True)
    assert len(rig.upstream.seen) == before


def test_trailers_are_no_headers(rig: Rig) -> None:
    answer = raw(rig.port, chunked(rig, "2\r\n{}\r\n0\r\nidempotency-key: trailer\r\nx-odd: 1\r\n\r\n"), seconds=1)
    assert status_of(answer) == 200
    assert not {"idempotency-key", "x-odd"} & {name for name, _ in rig.upstream.seen[-1]["headers"]}


def test_many_requests_on_one_connection_are_not_taken_for_trailers(rig: Rig) -> None:
    token = rig.authorization()["Authorization"]
    with httpx2.Client(base_url=f"http://127.0.0.1:{rig.port}", trust_env=False) as client:
        headers = {"Authorization": token, "X-Pad": "p" * 900}
        answers = {client.get("/v1/registry/echo", headers=headers).status_code for _ in range(60)}
    assert answers == {200}


def test_an_upgrade_that_would_lose_its_body_is_refused_in_words(rig: Rig) -> None:
    token = rig.authorization()["Authorization"]
    head = f"POST /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n{JSON}"
    upgrade = "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"
    answer = raw(rig.port, f"{head}{upgrade}content-length: 2\r\n\r\n{{}}".encode())
    assert (status_of(answer), b"upgrade_with_body" in answer) == (400, True)
    asked = f"GET /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n{upgrade}\r\n"
    read = raw(rig.port, asked.encode())
    assert (status_of(read), b"connection: close" in read) == (200, True)


def test_a_transfer_coding_in_http_1_0_is_501(rig: Rig) -> None:
    head = b"POST /oauth/token HTTP/1.0\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n"
    answer = raw(rig.port, head + b"0\r\n\r\n")
    assert status_of(answer) == 501
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_transfer_coding_other_than_chunked_is_501(rig: Rig) -> None:
    head = f"POST /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {rig.authorization()['Authorization']}\r\n"
    answer = raw(rig.port, f"{head}transfer-encoding: gzip, chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n".encode())
    assert (status_of(answer), b"transfer_coding_not_supported" in answer) == (501, True)
