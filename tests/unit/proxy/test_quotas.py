import http_sf
from hypothesis import given
from hypothesis import strategies as st

from gateway.proxy.kept import Kept
from gateway.proxy.quotas import Policy, Quotas

POLICY = Policy.of("client", 60, 60)


def test_a_full_bucket_may_be_spent_at_once_and_refills_evenly() -> None:
    quotas = Quotas(POLICY)
    assert [quotas.take("bank", 20, 0).retry_after for _ in range(3)] == [0, 0, 0]
    refused = quotas.take("bank", 5, 0)
    assert (refused.remaining, refused.retry_after, refused.reset) == (0, 5, 60)
    assert quotas.take("bank", 5, 4_999).retry_after == 1
    assert quotas.take("bank", 5, 5_000).retry_after == 0


def test_clients_do_not_share_a_bucket() -> None:
    quotas = Quotas(POLICY)
    quotas.take("bank", 60, 0)
    assert quotas.take("portal", 60, 0).retry_after == 0


def test_a_refusal_costs_nothing() -> None:
    quotas = Quotas(POLICY)
    quotas.take("bank", 50, 0)
    assert quotas.take("bank", 20, 0).retry_after == 10
    assert quotas.take("bank", 10, 0).retry_after == 0


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3_000)), min_size=1, max_size=60))
def test_never_more_is_granted_than_quota_and_refill(steps: list[tuple[int, int]]) -> None:
    quotas, now, granted = Quotas(POLICY), 0, 0
    for cost, pause in steps:
        now += pause
        standing = quotas.take("bank", cost, now)
        granted += 0 if standing.retry_after else cost
        assert 0 <= standing.remaining <= POLICY.quota
        assert granted * 1_000 <= POLICY.quota * 1_000 + now


def test_the_fields_are_structured_fields() -> None:
    standing = Quotas(POLICY).take("bank", 5, 0)
    assert http_sf.parse(POLICY.field, tltype="list") == [("client", {"q": 60, "w": 60})]
    assert http_sf.parse(standing.field(), tltype="list") == [("client", {"r": 55, "t": 5})]


def test_what_is_kept_is_bounded_and_ends() -> None:
    kept: Kept[str, int] = Kept(2)
    for number, name in enumerate("abc"):
        kept.put(name, number, ends_at=10)
        kept.get("a", now=0)
    assert [kept.get(name, now=0) for name in "abc"] == [0, None, 2]
    assert kept.get("a", now=10) is None
    assert len(kept) == 1
