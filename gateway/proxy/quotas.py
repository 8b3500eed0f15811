"""Token buckets per client, and the RateLimit fields of draft-ietf-httpapi-ratelimit-headers-11. Pure.

Counted per process: two proxies grant twice the quota (docs/decisions/0021).
"""

from typing import NamedTuple

import http_sf
from http_sf.types import ParamsType

from gateway.proxy.kept import Kept

MILLISECONDS = 1_000
FOR_EVER = 1 << 62
BUCKETS_MAX = 100_000


class Policy(NamedTuple):
    """`quota` units per `window_seconds`, refilled evenly; the whole quota may be spent at once."""

    name: str
    quota: int
    window_seconds: int
    field: bytes

    @classmethod
    def of(cls, name: str, quota: int, window_seconds: int) -> "Policy":
        """A policy with its RateLimit-Policy field."""
        parameters: ParamsType = {"q": quota, "w": window_seconds}
        return cls(name, quota, window_seconds, http_sf.ser([(name, parameters)]).encode())


class Standing(NamedTuple):
    """What is left after a request. `reset` and `retry_after` in seconds, rounded up; the latter 0 when it may pass."""

    policy: Policy
    remaining: int
    reset: int
    retry_after: int

    def field(self) -> bytes:
        """The RateLimit item: the form http_sf.ser gives, written out because every answer needs it."""
        return f'"{self.policy.name}";r={self.remaining};t={self.reset}'.encode()


class Bucket:
    """Level in units x window milliseconds, so that integers suffice."""

    __slots__ = ("at", "level")

    def __init__(self, policy: Policy, at: int) -> None:
        self.level = policy.quota * policy.window_seconds * MILLISECONDS
        self.at = at

    def take(self, policy: Policy, cost: int, now: int) -> Standing:
        """Take `cost` units if they are there. `now` in milliseconds of a monotonic clock."""
        unit = policy.window_seconds * MILLISECONDS
        full = policy.quota * unit
        level = min(full, self.level + (now - self.at) * policy.quota)
        self.at = now
        missing = cost * unit - level
        if missing <= 0:
            level -= cost * unit
        self.level = level
        per_second = policy.quota * MILLISECONDS
        return Standing(policy, level // unit, -(-(full - level) // per_second), max(0, -(-missing // per_second)))


class Quotas:
    """The buckets of one policy, by client."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._buckets: Kept[str, Bucket] = Kept(BUCKETS_MAX)

    def take(self, client: str, cost: int, now: int) -> Standing:
        """Charge a client; a client not seen lately starts with a full bucket."""
        bucket = self._buckets.get(client, now)
        if bucket is None:
            bucket = Bucket(self.policy, now)
            self._buckets.put(client, bucket, FOR_EVER)
        return bucket.take(self.policy, cost, now)
