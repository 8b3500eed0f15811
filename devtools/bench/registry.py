"""How a benchmark is said: what of ours, beside whom, with which bar.

    @benchmark("proxy.read", unit="requests/s", bars=[Bar(0.20, of="nginx")])
    def reads_through_the_gateway() -> Iterator[Contest]:
        with upstream() as target, proxy(target) as ours, nginx(target) as peer:
            yield Contest(lambda: rate(ours), {"nginx": (lambda: rate(peer)) if peer else None})

A measure is a call that loads the thing for a few seconds and returns one number. The runner calls the measures of a
contest in turn, round by round, so that a machine that slows down slows them all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

Measure = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bound for ours ÷ the neighbour `of`, paired within each round, or without `of` for the value itself."""

    bound: float
    of: str | None = None
    at_most: bool = False

    def holds(self, figure: float) -> bool:
        return figure <= self.bound if self.at_most else figure >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}" + (f" × {self.of}" if self.of else "")


@dataclass(frozen=True, slots=True)
class Contest:
    """Ours and what stands beside it in the same run; None for a peer that is not installed here."""

    ours: Measure
    beside: Mapping[str, Measure | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Benchmark:
    id: str
    unit: str
    bars: Sequence[Bar]
    open: Callable[[], AbstractContextManager[Contest]]


BENCHMARKS: dict[str, Benchmark] = {}
Setup = Callable[[], Iterator[Contest]]


def benchmark(name: str, *, unit: str, bars: Sequence[Bar] = ()) -> Callable[[Setup], Setup]:
    """Register a generator that sets up, yields its contest once, and cleans up."""

    def register(setup: Setup) -> Setup:
        if name in BENCHMARKS:
            raise ValueError(f"two benchmarks are called {name}")
        BENCHMARKS[name] = Benchmark(name, unit, tuple(bars), contextmanager(setup))
        return setup

    return register
