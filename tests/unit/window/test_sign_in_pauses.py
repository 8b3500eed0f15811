"""How long whoever typed a wrong password waits, and what counts as the same place."""

from datetime import timedelta

import pytest

from gateway.window.identity.pauses import FREE_TRIES, LONGEST, network_of, origin_of, pause


def test_the_first_are_free_and_each_pause_is_twice_the_last_up_to_the_longest() -> None:
    waits = [pause(failures, free=FREE_TRIES, longest=LONGEST).total_seconds() for failures in (4, 5, 6, 7, 14, 15, 99)]
    assert waits == [0, 1, 2, 4, 512, 900, 900]
    assert pause(10_000, free=FREE_TRIES, longest=timedelta(minutes=1)) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:0:1", "2001:db8::/64"), ("unknown", "unknown"), ("", ""),
    ],
)  # fmt: skip
def test_a_subscriber_is_one_place(address: str, network: str) -> None:
    assert network_of(address) == network


def test_what_is_kept_says_neither_address_nor_that_two_accounts_share_one() -> None:
    at = [origin_of(key, account=who, address="203.0.113.9") for key in ("k", "l") for who in ("a@1", "b@1")]
    assert len(set(at)) == 4
    assert at[0] == origin_of("k", account="a@1", address="::ffff:203.0.113.9")
