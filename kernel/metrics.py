"""Metrics of a process, for /metrics; of all its workers where PROMETHEUS_MULTIPROC_DIR names their common folder."""

import os
from functools import lru_cache
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

TOGETHER = 128
REQUESTS = Histogram(
    "http_request_seconds",
    "Time from the first byte of a request to the last of its answer",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),  # allow float: seconds
)
# Read from the database by every worker, so that they are right after a restart too.
LAG = Gauge(
    "relay_lag_events", "Events a subscriber was not told of yet", ("subscriber",), multiprocess_mode="mostrecent"
)
BACKLOG = Gauge(
    "relay_backlog_events", "Events a subscriber could not take yet", ("subscriber",), multiprocess_mode="mostrecent"
)
PARKED = Gauge(
    "relay_parked_events",
    "Events given up on, waiting for a person",
    ("subscriber",),
    multiprocess_mode="mostrecent",
)
OVERDUE = Gauge("timers_overdue", "Jobs ten minutes past their time", multiprocess_mode="mostrecent")


_took: list[tuple[str, Any, int, float]] = []  # allow float: seconds


def note_request(method: str, route: Any, status: int, seconds: float) -> None:  # allow float: seconds
    """To be counted with others: after each system call the processor has forgotten the code that counts."""
    _took.append((method, route, status, seconds))
    if len(_took) >= TOGETHER:
        count_requests()


def count_requests() -> None:
    """Count what was noted: when many were, before it is told, and before the process ends."""
    noted = _took.copy()
    _took.clear()
    for method, route, status, seconds in noted:
        _timer(method, _template(route), status).observe(seconds)


def _template(route: Any) -> str:
    """Of a route of Starlette or none, so that ids do not become labels."""
    return getattr(route, "path_format", None) or getattr(route, "path", None) or "none"


@lru_cache(maxsize=2_048)
def _timer(method: str, route: str, status: int) -> Histogram:
    """The series of these labels, kept: labels() takes a lock and formats its arguments each time."""
    return REQUESTS.labels(method, route, status)


def exposed() -> bytes:
    """Prometheus text."""
    count_requests()
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
