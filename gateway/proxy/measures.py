"""What the proxy counts about itself (Prometheus). Labels are few and never come from a caller."""

import time
from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram

from gateway.proxy.wiring import Call

_NANOSECONDS = 1_000_000_000

REQUEST_SECONDS = Histogram(
    "gateway_request_seconds",
    "From the request's head to the last byte of its answer.",
    ("process", "kind", "status_class"),
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),  # allow float: s
)
REFUSALS = Counter("gateway_refusals_total", "Problems the gateway itself answered.", ("code",))
UPSTREAM_FAILURES = Counter("gateway_upstream_failures_total", "Requests a process lost.", ("process", "cause"))
ABANDONED = Counter("gateway_abandoned_total", "Requests whose client left, or whose answer broke off.")
IN_FLIGHT = Gauge("gateway_in_flight", "Requests being answered now.")


def observe(call: Call) -> int:
    """Count a finished call; its duration in milliseconds."""
    elapsed = time.perf_counter_ns() - call.started_ns
    route = call.route
    _timer(*((route.upstream, route.kind.name) if route else ("proxy", "none")), call.status // 100).observe(
        elapsed / _NANOSECONDS
    )
    return elapsed // 1_000_000


@lru_cache(maxsize=256)
def _timer(process: str, kind: str, hundreds: int) -> Histogram:
    # labels() takes a lock and formats each time.
    return REQUEST_SECONDS.labels(process, kind, f"{hundreds}xx")
