"""Signatures as receivers check them, and addresses that are never called."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from gateway.window.webhooks.patience import ASKED_AGAIN_WITHIN, Patience
from gateway.window.webhooks.standard import (
    GIVE_UP_AFTER,
    LONGEST_WAIT,
    asked_wait,
    is_reachable,
    is_target,
    next_try,
    secret_of,
    signatures,
    status_after_failure,
)
from gateway.window.webhooks.states import Status

NOW = datetime(2026, 12, 4, tzinfo=UTC)


def test_the_example_of_standard_webhooks() -> None:
    """The specification's own vector."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signatures([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_sign_side_by_side_and_no_two_are_the_same() -> None:
    secrets = [secret_of("k" * 32, "a", 2), secret_of("k" * 32, "a", 1)]
    assert len({*secrets, secret_of("k" * 32, "b", 1), secret_of("l" * 32, "a", 1)}) == 4
    for one, secret in zip(signatures(secrets, "id", 1, b"x").split(" "), secrets, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        assert one == "v1," + base64.b64encode(hmac.digest(key, b"id.1.x", hashlib.sha256)).decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://bank.example/", "ftp://bank.example/", "https://", "https://u:p@bank.example/", "https://127.0.0.1/",
        "https://[::1]/", "https://10.0.0.8/", "https://169.254.169.254/latest", "https://bank.example:99999/",
        "https://bank.example/#x", "https://bank.example/ x", "https://银行.example/", "https://[::ffff:127.0.0.1]/",
        "https://100.64.0.1/", "https://224.0.0.1/", "https://[fec0::1]/", "https://[::10.0.0.8]/",
        "https://[2002:7f00:1::1]/", "https://[64:ff9b:1::a00:8]/", "https://[64:ff9b::7f00:1]/",
        "https://[::ffff:0:10.0.0.8]/", "https://[ff0e::1]/", "https://[fe80::1]/", "https://[fd00::1]/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_open_internet_is_refused(url: str) -> None:
    assert not is_target(url, private_allowed=False)


def test_a_developers_own_machine_may_be_told_of_a_sandbox() -> None:
    assert is_target("http://127.0.0.1:9000/hook", private_allowed=True)
    assert is_target("https://bank.example:8443/hook?a=1", private_allowed=False)
    for address in ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"):
        assert is_reachable(address, private_allowed=False)
    assert not is_target("ftp://127.0.0.1/", private_allowed=True)


def test_tries_grow_apart_and_end_after_three_days() -> None:
    waits = [next_try(n, now=NOW, jitter=timedelta()) - NOW for n in (1, 2, 3, 30, 10_000)]
    assert waits == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20), LONGEST_WAIT, LONGEST_WAIT]
    since = NOW - GIVE_UP_AFTER
    assert status_after_failure(500, failing_since=since, now=NOW) is Status.FAILING
    assert status_after_failure(None, failing_since=since + timedelta(1), now=NOW) is Status.ACTIVE
    assert status_after_failure(410, failing_since=NOW, now=NOW) is Status.GONE


@pytest.mark.parametrize(
    ("code", "told", "seconds"),
    [
        (429, "60", 60), (503, " 0 ", 0), (503, "Fri, 04 Dec 2026 00:02:00 GMT", 120),
        (429, "Thu, 03 Dec 2026 23:59:00 GMT", 0), (503, "Fri, 04 Dec 2026 00:02:00 -0000", 120),
        (500, "60", 0), (503, None, 0), (429, "soon", 0), (429, "-60", 0), (429, "", 0), (429, "1.5", 0),
        (429, "21601", 21_600), (429, "9" * 5_000, 21_600), (503, "Fri, 04 Dec 9999 00:00:00 GMT", 21_600),
        (503, "Fri, 99 Dec 2026 00:00:00 GMT", 0), (503, "Fri, 04 Dec 2026 00:00:00 +99999999999999999999", 0),
        (503, "4 Dec 99999999999999999999 1:1:1", 0),
    ],
)  # fmt: skip
def test_what_a_receiver_asks_for_is_read_as_seconds_or_a_date_and_bounded(
    code: int, told: str | None, seconds: int
) -> None:
    assert asked_wait(code, told, now=NOW) == timedelta(seconds=seconds)


def test_a_receiver_delays_its_next_try_and_never_hastens_it() -> None:
    waits = [next_try(3, now=NOW, jitter=timedelta(), asked=timedelta(seconds=asked)) - NOW for asked in (1, 60)]
    assert waits == [timedelta(seconds=20), timedelta(seconds=60)]


def test_whom_a_portal_acts_for_is_asked_ever_more_seldom_but_within_a_minute() -> None:
    patience, now, jitter = Patience(), NOW, timedelta(milliseconds=7)
    waits = [*(timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)), *[ASKED_AGAIN_WITHIN] * 3]
    for wait in waits:
        for _page in range(2):  # under way together
            patience.asked_in_vain("portal", now=now, jitter=jitter)
        assert patience.waiting(now + wait) == ["portal"]
        now += wait + jitter
        assert patience.waiting(now) == []
    patience.answered("portal")
    patience.asked_in_vain("portal", now=now, jitter=jitter)
    assert patience.waiting(now + waits[0] + jitter) == []
