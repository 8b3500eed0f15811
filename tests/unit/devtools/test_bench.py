from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from devtools.bench.registry import Bar, Benchmark, Contest
from devtools.bench.rounds import Result, play, results


def counting(name: str, order: list[str], values: list[float]) -> Callable[[], float]:
    left = iter(values)

    def measure() -> float:
        order.append(name)
        return next(left)

    return measure


def measured(contest: Contest, *bars: Bar) -> list[Result]:
    @contextmanager
    def opened() -> Iterator[Contest]:
        yield contest

    bench = Benchmark("x", "1/s", bars, opened)
    with bench.open() as found:
        return results(bench, found, play(found))


def contest(ours: list[float], **beside: list[float]) -> Contest:
    return Contest(counting("ours", [], ours), {name: counting(name, [], values) for name, values in beside.items()})


def test_the_measures_take_turns_and_turns_at_being_first() -> None:
    order: list[str] = []
    play(Contest(counting("ours", order, [1.0] * 5), {"peer": counting("peer", order, [1.0] * 5)}))
    assert order == ["ours", "peer", "peer", "ours", "ours", "peer", "peer", "ours", "ours", "peer"]


def test_value_is_the_median_and_ratio_the_median_of_pairs() -> None:
    (result,) = measured(contest([10, 20, 30, 40, 500], peer=[10, 10, 10, 10, 10]), Bar(3, of="peer"))
    assert result.as_json() == {
        "id": "x", "value": 30, "unit": "1/s", "beside": {"peer": 10}, "ratio": 3, "bar": 3, "holds": True
    }  # fmt: skip


def test_a_missed_bar_does_not_hold() -> None:
    (result,) = measured(contest([1] * 5, peer=[10] * 5), Bar(0.2, of="peer"))
    assert (result.ratio, result.holds) == (0.1, False)


def test_a_bar_may_be_an_upper_bound_of_the_value_itself() -> None:
    (low,) = measured(contest([4] * 5), Bar(5, at_most=True))
    (high,) = measured(contest([6] * 5), Bar(5, at_most=True))
    assert (low.holds, high.holds) == (True, False)


def test_a_peer_that_is_not_installed_is_named_and_bars_nothing() -> None:
    (result,) = measured(Contest(counting("ours", [], [1] * 5), {"nginx": None}), Bar(0.2, of="nginx"))
    assert (result.beside, result.ratio, result.bar, result.holds) == ({"nginx": None}, None, None, None)
    assert result.said == "nginx is not installed"


def test_two_bars_make_two_results_with_their_own_names() -> None:
    found = measured(contest([6] * 5, a=[1] * 5, b=[10] * 5), Bar(5, of="a"), Bar(0.6, of="b"))
    assert [(result.id, result.ratio, result.holds) for result in found] == [("x.a", 6, True), ("x.b", 0.6, True)]


@pytest.mark.parametrize(("bar", "text"), [(Bar(0.2, of="nginx"), "≥ 0.2 × nginx"), (Bar(5, at_most=True), "≤ 5")])
def test_a_bar_reads_as_a_sentence(bar: Bar, text: str) -> None:
    assert str(bar) == text
