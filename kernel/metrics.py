"""Metrics of a process, for /metrics."""

from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "http_request_seconds",
    "Time from the first byte of a request to the last of its answer",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),  # allow float: seconds
)
BACKLOG = Gauge("relay_backlog_events", "Events a subscriber could not take yet", ("subscriber",))
PARKED = Counter("relay_parked_events_total", "Events given up on, waiting for a person", ("subscriber",))


@lru_cache(maxsize=2_048)
def request_timer(method: str, route: str, status: int) -> Histogram:
    """The series of these labels, kept: labels() takes a lock and formats its arguments each time."""
    return REQUESTS.labels(method, route, status)
