"""The same authenticated request straight to a service, through the gateway, and through nginx before that service."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from devtools.bench.gateway_load import Door, doors, load
from devtools.bench.registry import Bar, Contest, Measure, benchmark

SECONDS = 2
MANY = 32
ALONE = 1
NGINX_SHARE = 0.20
ADDED_MS = 0.5
MICROSECONDS = 1_000


@benchmark("gateway.read.32", unit="requests/s", bars=[Bar(NGINX_SHARE, of="nginx")])
def reads() -> Iterator[Contest]:
    with _rates("GET") as contest:
        yield contest


@benchmark("gateway.write.32", unit="requests/s", bars=[Bar(NGINX_SHARE, of="nginx")])
def writes() -> Iterator[Contest]:
    with _rates("POST") as contest:
        yield contest


@benchmark("gateway.read.1", unit="ms added", bars=[Bar(ADDED_MS, at_most=True)])
def added_to_a_read() -> Iterator[Contest]:
    with _added("GET") as contest:
        yield contest


@benchmark("gateway.write.1", unit="ms added", bars=[Bar(ADDED_MS, at_most=True)])
def added_to_a_write() -> Iterator[Contest]:
    with _added("POST") as contest:
        yield contest


@contextmanager
def _opened() -> Iterator[tuple[Path, dict[str, Door]]]:
    with TemporaryDirectory(prefix="bench-gateway-") as folder, doors(Path(folder)) as opened:
        for door in opened.values():
            load(Path(folder), door, method="GET", connections=ALONE, seconds=1)
        yield Path(folder), opened


@contextmanager
def _rates(method: str) -> Iterator[Contest]:
    """Requests per second at 32 connections."""
    with _opened() as (home, opened):

        def rate(door: Door) -> float:
            return load(home, door, method=method, connections=MANY, seconds=SECONDS).rate

        nginx, straight = opened.get("nginx"), opened["straight"]
        beside: dict[str, Measure | None] = {"nginx": (lambda: rate(nginx)) if nginx else None}
        yield Contest(lambda: rate(opened["gateway"]), beside | {"straight": lambda: rate(straight)})


@contextmanager
def _added(method: str) -> Iterator[Contest]:
    """Milliseconds a door adds to the median of one caller, against the service straight in the same breath."""
    with _opened() as (home, opened):

        def median_ms(door: Door) -> float:
            return load(home, door, method=method, connections=ALONE, seconds=SECONDS).median_us / MICROSECONDS

        def added(door: Door) -> float:
            straight = median_ms(opened["straight"])
            return median_ms(door) - straight

        nginx = opened.get("nginx")
        yield Contest(lambda: added(opened["gateway"]), {"nginx": (lambda: added(nginx)) if nginx else None})
