"""What passes through unchanged, and what never does."""

import hashlib

import httpx2
import pytest

from tests.service.proxy.asked import problem, raw, status_of
from tests.service.proxy.rig import ICALENDAR, PROBLEM, XLSX, Rig

SPOOFS = {
    "X-Role": "admin",
    "X-User": "officer-1",
    "X-Organisation-Id": "org_1",
    "X-Identity": "eyJhbGciOiJub25lIn0..",
    "X-Scopes": "internal",
    "X-Authenticated-Userid": "1",
    "X-Remote-User": "root",
    "Remote-User": "root",
    "X-Client-Cert": "MII",
    "Client-Cert": ":MII=:",
    "X-SSL-Client-S-DN": "CN=bank",
    "Forwarded": "for=10.0.0.1;proto=https",
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/internal",
    "X-Real-IP": "10.0.0.1",
    "X-Original-URL": "/internal/events",
    "X-Rewrite-URL": "/internal/events",
    "X-HTTP-Method-Override": "DELETE",
    "Proxy-Authorization": "Basic eA==",
    "Proxy-Connection": "keep-alive",
    "Cookie": "session=stolen",
    "TE": "trailers",
    "Keep-Alive": "timeout=99",
    "Upgrade": "h2c",
    "HTTP2-Settings": "AAMAAABkAAQAAP__",
    "X-Request-Deadline": "99999999999999999",
    "X_Role": "admin",
}


def seen(answer: httpx2.Response) -> dict[str, str]:
    """The headers the service saw, lower case."""
    return dict(answer.json()["headers"])


def test_no_spoofed_header_reaches_a_service(client: httpx2.Client, rig: Rig) -> None:
    arrived = seen(client.get("/v1/registry/echo", headers=SPOOFS))
    ours = {"host", "user-agent", "accept", "accept-encoding", "authorization", "x-request-id", "x-request-deadline"}
    assert arrived.keys() == ours | {"x-forwarded-for", "x-forwarded-proto"}
    assert (arrived["x-forwarded-for"], arrived["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert len(arrived["x-request-deadline"]) == 13
    assert arrived["host"] not in {"evil.example", rig.base}


def test_the_access_token_stays_here_and_an_identity_goes_on(client: httpx2.Client, rig: Rig) -> None:
    arrived = seen(client.get("/v1/registry/echo"))
    assert arrived["authorization"] != client.headers["authorization"]
    assert rig.window.key.kid in arrived["authorization"] or arrived["authorization"].startswith("Bearer ey")


def test_a_header_named_by_connection_is_not_smuggled(rig: Rig) -> None:
    token = rig.authorization()["Authorization"]
    answer = raw(
        rig.port,
        f"GET /v1/registry/echo HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n"
        "connection: close, authorization, x-request-id\r\n\r\n".encode(),
    )
    assert status_of(answer) == 200
    assert b"x-request-id" in answer


def test_wanted_headers_pass_both_ways(client: httpx2.Client) -> None:
    sent = {
        "If-Match": '"v6"',
        "If-None-Match": 'W/"v7"',
        "Idempotency-Key": "k-1",
        "Accept-Language": "en",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "Prefer": "respond-async",
        "Content-Type": "application/merge-patch+json",
        "X-JWS-Signature": "a..b",
    }
    answer = client.patch("/v1/registry/echo", headers=sent, content=b"{}")
    arrived = seen(answer)
    assert {name: arrived.get(name.lower()) for name in sent} == sent
    assert answer.headers["etag"] == '"v7"'
    assert answer.headers["idempotent-replayed"] == "true"
    assert answer.headers["link"].endswith('rel="next"')
    assert answer.headers["location"] == "/v1/registry/echo/1"
    assert not answer.headers.keys() & {"x-powered-by", "server-timing", "set-cookie", "server"}


def test_a_chinese_path_and_query_arrive_as_they_were_sent(client: httpx2.Client) -> None:
    path = "/v1/registry/carriers/%E5%BE%90%E5%B7%9E%E5%B8%82+%28a%29~"
    answer = client.get(httpx2.URL(client.base_url.join(path)).copy_with(query=b"q=%E5%88%9B%e4%b8%9a&x=a+b&y=%2F"))
    assert answer.json()["raw_path"] == path
    assert answer.json()["query"] == "q=%E5%88%9B%e4%b8%9a&x=a+b&y=%2F"


def test_bodies_arrive_byte_for_byte(client: httpx2.Client) -> None:
    body = XLSX * 5
    for content in (body, iter([body[:1_000], body[1_000:]])):
        answer = client.post("/v1/registry/echo", content=content)
        assert answer.json()["body_sha256"] == hashlib.sha256(body).hexdigest()


def test_the_largest_upload_passes(client: httpx2.Client) -> None:
    for content in ((b"x" * 65_536 for _ in range(128)), b"x" * 65_536 * 128):
        answer = client.post("/v1/registry/statements", content=content)
        assert answer.json()["body_bytes"] == 128 * 65_536


def test_answers_return_byte_for_byte(client: httpx2.Client) -> None:
    assert client.get("/v1/events/calendar.ics").content == ICALENDAR
    report = client.get("/v1/registry/report.xlsx")
    assert report.content == XLSX
    assert report.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%8A%A5%E8%A1%A8.xlsx"


def test_an_answer_streams_as_it_is_written(client: httpx2.Client) -> None:
    with client.stream("GET", "/v1/registry/stream") as answer:
        parts = list(answer.iter_raw())
    assert b"".join(parts) == b"part 0\npart 1\npart 2\nend"
    assert len(parts) >= 3


def test_a_problem_of_a_service_is_kept_to_the_byte(client: httpx2.Client) -> None:
    answer = client.post("/v1/registry/problem", json={})
    assert (answer.status_code, answer.json()) == (409, PROBLEM)
    assert answer.headers["retry-after"] == "9"


def test_head_is_get_without_its_body(client: httpx2.Client) -> None:
    answer = client.head("/v1/registry/echo")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 100


def test_options_names_the_methods_and_grants_no_unknown_origin(client: httpx2.Client) -> None:
    asks = {"Access-Control-Request-Method": "POST"}
    stranger = client.options("/v1/registry/echo", headers=asks | {"Origin": "https://evil.example"})
    friend = client.options("/v1/registry/echo", headers=asks | {"Origin": "https://portal.example"})
    assert (stranger.status_code, friend.status_code) == (204, 204)
    assert "POST" in stranger.headers["allow"]
    assert not any(name.startswith("access-control") for name in stranger.headers)
    assert friend.headers["access-control-allow-origin"] == "https://portal.example"
    assert "POST" in friend.headers["access-control-allow-methods"]
    answer = client.get("/v1/registry/echo", headers={"Origin": "https://portal.example"})
    assert (answer.headers["access-control-allow-origin"], answer.headers["vary"]) == (
        "https://portal.example",
        "Origin",
    )


def test_other_methods_are_not_allowed(client: httpx2.Client) -> None:
    answer = client.request("TRACE", "/v1/registry/echo")
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_a_request_id_is_kept_if_well_formed_and_else_minted(client: httpx2.Client) -> None:
    kept = client.get("/v1/registry/echo", headers={"X-Request-Id": "portal-20261122"})
    assert kept.headers["x-request-id"] == seen(kept)["x-request-id"] == "portal-20261122"
    minted = client.get("/v1/registry/echo", headers={"X-Request-Id": "<script>"})
    assert len(minted.headers["x-request-id"]) == 32
    assert minted.headers["x-request-id"] == seen(minted)["x-request-id"]


@pytest.mark.parametrize(
    "target",
    [
        "/internal/events",
        "/v1/registry/../../internal/events",
        "/v1/registry/%2e%2e/%2e%2e/internal/events",
        "/v1/registry/..%2f..%2finternal/events",
        "//internal/events",
        "/docs//internal/identities",
        "/docs/../internal/identities",
        "/oauth/..;/internal/identities",
        "/metrics",
    ],
)
def test_nothing_internal_can_be_reached(rig: Rig, target: str) -> None:
    token = rig.authorization()["Authorization"]
    before = rig.window.exchanges, len(rig.upstream.seen)
    head = (
        f"POST {target} HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    )
    answer = raw(rig.port, head.encode())
    assert status_of(answer) == 404
    assert b"application/problem+json" in answer
    assert (rig.window.exchanges, len(rig.upstream.seen)) == before


def test_an_absolute_target_goes_nowhere_else(rig: Rig) -> None:
    answer = raw(rig.port, b"GET http://127.0.0.1:1/internal/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert status_of(answer) == 404


def test_a_page_is_shown_neither_cookies_nor_tokens(anonymous: httpx2.Client) -> None:
    portal = anonymous.get("/portal/cases", headers={"Cookie": "session=1", "Authorization": "Bearer x"})
    assert not seen(portal).keys() & {"cookie", "authorization"}
    assert "set-cookie" not in portal.headers


def test_a_client_authenticates_itself_at_the_token_endpoint(anonymous: httpx2.Client) -> None:
    answer = anonymous.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=("portal", "secret"))
    assert answer.json()["seen_authorization"].startswith("Basic ")


def test_a_cookie_goes_to_where_people_sign_in_and_comes_from_there(client: httpx2.Client) -> None:
    away = client.get("/portal/xuzhou/sign-in/provider", headers={"Cookie": "sign-in=a; other=b"})
    assert (seen(away)["cookie"], away.headers["set-cookie"]) == ("sign-in=a; other=b", "session=1")
    client.cookies.clear()
