from typing import Any

import pytest

from gateway.proxy.clients import Addresses, quota_key
from gateway.proxy.headers import accepted_request_id, earliest_deadline, passed_down, passed_up
from kernel.problems import Malformed


def test_only_named_request_headers_pass_up_in_order_and_with_repetition() -> None:
    sent = [(b"x-role", b"admin"), (b"accept", b"a"), (b"accept", b"b"), (b"cookie", b"s=1"), (b"if-match", b'"v1"')]
    assert passed_up(sent) == [b"Accept: a", b"Accept: b", b'If-Match: "v1"']


def test_chinese_header_values_survive_and_broken_ones_are_refused() -> None:
    assert passed_up([(b"content-disposition", "名称".encode())]) == ["Content-Disposition: 名称".encode()]
    with pytest.raises(Malformed):
        passed_up([(b"idempotency-key", b"\xff")])


def test_only_named_answer_headers_pass_down_whatever_their_case() -> None:
    answered = [
        (b"ETag", b'"v1"'),
        (b"cOnTent-tYpe", b"a"),
        (b"Server", b"x"),
        (b"X-Internal", b"y"),
        (b"set-cookie", b"s"),
    ]
    assert passed_down(answered, base=b"http://h:1") == [(b"etag", b'"v1"'), (b"content-type", b"a")]


def test_cookies_pass_where_a_route_keeps_them() -> None:
    assert passed_up([(b"cookie", b"a=1"), (b"x-role", b"x")], cookies=True) == [b"Cookie: a=1"]
    with pytest.raises(Malformed):
        passed_up([(b"cookie", b"\xff")], cookies=True)
    answered = [(b"Set-Cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"Server", b"x")]
    assert passed_down(answered, base=b"x", cookies=True) == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]


def test_a_location_never_shows_where_a_process_lives() -> None:
    def location(value: bytes) -> bytes:
        return passed_down([(b"Location", value)], base=b"http://10.0.0.7:8004")[0][1]

    assert location(b"http://10.0.0.7:8004/v1/funds/claims/1") == b"/v1/funds/claims/1"
    assert location(b"/v1/funds/claims/1") == b"/v1/funds/claims/1"
    assert location(b"http://10.0.0.7:80041/elsewhere") == b"http://10.0.0.7:80041/elsewhere"


@pytest.mark.parametrize(
    "bad", [None, b"", b"short", b"a" * 65, b"has space in it", b"-leading-dash", "编号编号编号".encode()]
)
def test_a_malformed_request_id_is_not_taken(bad: bytes | None) -> None:
    assert accepted_request_id(bad) is None


def test_a_well_formed_request_id_is_taken() -> None:
    assert accepted_request_id(b"portal-2026.11_7") == "portal-2026.11_7"


@pytest.mark.parametrize(
    ("asked", "deadline"),
    [
        (None, 1_000),
        (b"900", 900),
        (b"1001", 1_000),
        (b"0", 0),
        (b"-5", 1_000),
        (b"soon", 1_000),
        (b"9" * 5_000, 1_000),
    ],
)
def test_a_deadline_can_only_be_brought_forward(asked: bytes | None, deadline: int) -> None:
    assert earliest_deadline(1_000, asked) == deadline


def forwarded(peer: str, *lines: bytes) -> dict[str, Any]:
    return {"client": (peer, 5), "headers": [(b"x-forwarded-for", line) for line in lines]}


def test_forwarded_for_is_believed_from_trusted_peers_only() -> None:
    assert Addresses(()).of(forwarded("10.0.0.1", b"1.2.3.4")) == "10.0.0.1"
    trusting = Addresses(("10.0.0.0/8",))
    assert trusting.of(forwarded("10.0.0.1", b"6.6.6.6, 1.2.3.4, 10.0.0.9")) == "1.2.3.4"
    assert trusting.of(forwarded("10.0.0.1", b"6.6.6.6", b"1.2.3.4")) == "1.2.3.4", "HAProxy adds a line of its own"
    assert trusting.of(forwarded("10.0.0.1")) == "10.0.0.1"
    assert trusting.of(forwarded("8.8.8.8", b"1.2.3.4")) == "8.8.8.8"


def test_an_ipv6_subscriber_is_one_client() -> None:
    assert quota_key("2001:db8:1:2::1") == quota_key("2001:db8:1:2:ffff::9") != quota_key("2001:db8:1:3::1")
    assert quota_key("192.0.2.1") == "192.0.2.1"
