"""Paired, interleaved rounds and what they say."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devtools.bench.registry import Bar, Benchmark, Contest

OURS = "ours"
ROUNDS_MIN = 5


@dataclass(frozen=True, slots=True)
class Result:
    """One line of bench/results.json. `ratio` and `bar` belong to the bar's neighbour, or to the first one."""

    id: str
    value: float
    unit: str
    beside: Mapping[str, float | None]
    ratio: float | None
    bar: float | None
    holds: bool | None
    said: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("id", "value", "unit", "beside", "ratio", "bar", "holds")}


def play(contest: Contest, *, rounds: int = ROUNDS_MIN) -> dict[str, list[float]]:
    """Every measure once a round; each round starts with another one, so that none always comes after the same."""
    measures = {OURS: contest.ours} | {name: measure for name, measure in contest.beside.items() if measure}
    names = list(measures)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(measures[name]())
    return taken


def results(bench: Benchmark, contest: Contest, taken: Mapping[str, list[float]]) -> list[Result]:
    """One result for each bar, or one without a bar."""
    bars: list[Bar | None] = [*bench.bars] or [None]
    return [_result(bench, contest, taken, bar, alone=len(bars) == 1) for bar in bars]


def _result(
    bench: Benchmark, contest: Contest, taken: Mapping[str, list[float]], bar: Bar | None, *, alone: bool
) -> Result:
    value = statistics.median(taken[OURS])
    beside = {name: statistics.median(taken[name]) if name in taken else None for name in contest.beside}
    neighbour = bar.of if bar and bar.of else next(iter(contest.beside), None)
    ratio = _paired_ratio(taken, neighbour)
    figure = ratio if bar and bar.of else value
    missing = figure is None or bar is None
    return Result(
        id=bench.id if alone or bar is None else f"{bench.id}.{bar.of or 'value'}",
        value=value,
        unit=bench.unit,
        beside=beside,
        ratio=ratio,
        bar=None if missing or bar is None else bar.bound,
        holds=None if figure is None or bar is None else bar.holds(figure),
        said=_said(bar, missing=missing),
    )


def _paired_ratio(taken: Mapping[str, list[float]], neighbour: str | None) -> float | None:
    if neighbour is None or neighbour not in taken:
        return None
    pairs = zip(taken[OURS], taken[neighbour], strict=True)
    return statistics.median(ours / theirs for ours, theirs in pairs)


def _said(bar: Bar | None, *, missing: bool) -> str:
    if bar is None:
        return ""
    return f"{bar.of} is not installed" if missing else str(bar)
